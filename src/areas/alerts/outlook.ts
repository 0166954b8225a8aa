import { runInNewContext } from 'node:vm';
import type { Figures, SeenProcess } from '../monitoring/questions.ts';
import type { Finding, Outlook, WatchedType } from './alert.ts';
import type { AlertConfig, Matcher, Threshold } from './model.ts';

/** What a configuration is about, as its matchers may speak of it. */
interface Subject extends Finding {
  processes: readonly SeenProcess[];
}

const healthy = new Set(['REPLICA_PRIMARY', 'REPLICA_SECONDARY']);
/** How Atlas's matchers name what a process is. */
const matchedTypes: Readonly<Record<string, string>> = {
  REPLICA_PRIMARY: 'PRIMARY',
  REPLICA_SECONDARY: 'SECONDARY',
};

const ofCluster = ([first, ...rest]: readonly SeenProcess[]): Subject => ({
  subject: first!.cluster._id,
  clusterId: first!.cluster._id,
  clusterName: first!.cluster.name,
  replicaSetName: first!.replSet,
  processes: [first!, ...rest],
});
const ofProcess = (it: SeenProcess): Subject => ({ ...ofCluster([it]), subject: it.id, hostnameAndPort: it.id });

const beyond = (value: number, threshold: Threshold | undefined): boolean =>
  threshold !== undefined &&
  (threshold.operator === 'LESS_THAN' ? value < threshold.threshold : value > threshold.threshold);

/** A thousand or 1,024 of it: Atlas's units of data; everything else is told as it is measured. */
const factors: Readonly<Record<string, number>> = {
  ...{ BITS: 1 / 8, KILOBITS: 1_000 / 8, MEGABITS: 1e6 / 8, GIGABITS: 1e9 / 8 },
  ...{ BYTES: 1, KILOBYTES: 1_024, MEGABYTES: 1_024 ** 2, GIGABYTES: 1_024 ** 3 },
  ...{ TERABYTES: 1_024 ** 4, PETABYTES: 1_024 ** 5 },
};

/** What matchers compare. A field that says nothing of a subject matches nothing. */
function matched(fieldName: string, { hostnameAndPort, clusterName, replicaSetName, processes }: Subject) {
  const [host, port] = hostnameAndPort?.split(/:(?=\d+$)/) ?? [];
  const values: Record<string, string | undefined> = {
    CLUSTER_NAME: clusterName,
    HOSTNAME: host,
    HOSTNAME_AND_PORT: hostnameAndPort,
    PORT: port,
    REPLICA_SET_NAME: replicaSetName,
    TYPE_NAME: hostnameAndPort ? matchedTypes[processes[0]!.typeName] : undefined,
  };
  return values[fieldName];
}

/** Whoever writes it must not keep the server busy with it: an expression that takes longer matches nothing. */
const REGEX_MS = 50;
/** A busy machine may hold up any expression once or twice; one that is late so often is not tried again. */
const TRIES = 3;
const REMEMBERED = 1_000;
const late = new Map<string, number>();

function matchesRegex(pattern: string, value: string): boolean {
  if ((late.get(pattern) ?? 0) >= TRIES) return false;
  try {
    return runInNewContext('new RegExp(pattern).test(value)', { pattern, value }, { timeout: REGEX_MS }) === true;
  } catch (error) {
    // No expression, or one without end.
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      if (late.size >= REMEMBERED) late.clear();
      late.set(pattern, (late.get(pattern) ?? 0) + 1);
    }
    return false;
  }
}

function matches({ fieldName, operator, value: wanted }: Matcher, subject: Subject): boolean {
  const value = matched(fieldName, subject);
  if (value === undefined) return false;
  switch (operator) {
    case 'EQUALS':
      return value === wanted;
    case 'NOT_EQUALS':
      return value !== wanted;
    case 'CONTAINS':
      return value.includes(wanted);
    case 'NOT_CONTAINS':
      return !value.includes(wanted);
    case 'STARTS_WITH':
      return value.startsWith(wanted);
    case 'ENDS_WITH':
      return value.endsWith(wanted);
    default:
      return matchesRegex(wanted, value);
  }
}

/** Whether it is the case; undefined when that cannot be told at this moment. */
type Check = (subject: Subject, config: AlertConfig, figures: Figures) => Finding | boolean | undefined;

const isDown = ({ typeName }: SeenProcess): boolean => typeName === 'NO_DATA';
const count = ({ processes }: Subject, is: (it: SeenProcess) => boolean): number => processes.filter(is).length;

const checks: Readonly<Record<WatchedType, { of: 'cluster' | 'process'; check: Check }>> = {
  HOST_DOWN: { of: 'process', check: ({ processes }) => isDown(processes[0]!) },
  NO_PRIMARY: { of: 'cluster', check: (it) => !count(it, (one) => one.typeName === 'REPLICA_PRIMARY') },
  TOO_FEW_HEALTHY_MEMBERS: {
    of: 'cluster',
    check: (it, { threshold }) =>
      beyond(
        count(it, (one) => healthy.has(one.typeName)),
        threshold,
      ),
  },
  TOO_MANY_UNHEALTHY_MEMBERS: {
    of: 'cluster',
    check: (it, { threshold }) =>
      beyond(
        count(it, (one) => !healthy.has(one.typeName)),
        threshold,
      ),
  },
  OUTSIDE_METRIC_THRESHOLD: {
    of: 'process',
    check({ processes: [process], ...it }, { metricThreshold: wanted }, figures) {
      const value = wanted && figures(process!, wanted.metricName);
      if (!wanted || value === undefined) return undefined;
      const units = wanted.units ?? 'RAW';
      const number = value / (factors[units] ?? 1);
      if (!beyond(number, wanted)) return false;
      return { ...it, metricName: wanted.metricName, currentValue: { number, units } };
    },
  },
};

/** How things stand for a configuration, by what was seen of the processes of its project. */
export function outlookOf(
  config: AlertConfig & { eventTypeName: WatchedType },
  clusters: readonly (readonly SeenProcess[])[],
  figures: Figures,
): Outlook {
  const { of, check } = checks[config.eventTypeName];
  const subjects = (of === 'cluster' ? clusters.map(ofCluster) : clusters.flat().map(ofProcess)).filter((it) =>
    config.matchers.every((matcher) => matches(matcher, it)),
  );
  const found: Finding[] = [];
  const unknown = new Set<string>();
  for (const subject of subjects) {
    const answer = check(subject, config, figures);
    const { processes: _seen, ...finding } = subject;
    if (answer === undefined) unknown.add(subject.subject);
    else if (answer) found.push(answer === true ? finding : answer);
  }
  return { found, unknown, all: new Set(subjects.map((it) => it.subject)) };
}
