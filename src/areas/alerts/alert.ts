import type { EventType } from '../../contract/event-types.ts';
import type { AlertConfig } from './model.ts';

/** TRACKING: it is the case, but not for long enough to tell anybody. CANCELLED: there is nothing left to be told of. */
export type AlertStatus = 'TRACKING' | 'OPEN' | 'CLOSED' | 'CANCELLED';

/** What an alert is about, and how it stands. */
export interface Finding {
  /** What it is about, unique within its configuration: a cluster's id, or `host:port` of a process. */
  subject: string;
  clusterId: string;
  clusterName: string;
  replicaSetName: string;
  hostnameAndPort?: string;
  metricName?: string;
  currentValue?: { number: number; units: string };
}

export interface Alert extends Finding {
  _id: string;
  groupId: string;
  orgId: string;
  alertConfigId: string;
  eventTypeName: WatchedType;
  status: AlertStatus;
  /** While it is TRACKING or OPEN: a configuration has one such alert of a subject. */
  live?: true;
  created: Date;
  updated: Date;
  resolved?: Date;
  lastNotified?: Date;
  acknowledgedUntil?: Date;
  acknowledgementComment?: string;
  acknowledgingUsername?: string;
}

/** The kinds of event that this server watches for, and what tells that they are over; the latter as published. */
export const watchedTypes = {
  HOST_DOWN: 'HOST_UP',
  NO_PRIMARY: 'PRIMARY_ELECTED',
  OUTSIDE_METRIC_THRESHOLD: 'INSIDE_METRIC_THRESHOLD',
  TOO_FEW_HEALTHY_MEMBERS: undefined,
  TOO_MANY_UNHEALTHY_MEMBERS: undefined,
} as const satisfies Partial<Record<EventType, EventType | undefined>>;

export type WatchedType = keyof typeof watchedTypes;
export const isWatched = (type: string): type is WatchedType => Object.hasOwn(watchedTypes, type);

/** How long something must be the case before the first of those to be told is told. */
export const delayMs = ({ notifications }: Pick<AlertConfig, 'notifications'>): number =>
  Math.min(...notifications.map((it) => Number(it.settings.delayMin ?? 0))) * 60_000;

/** What one look of a configuration at everything it is about came to. */
export interface Outlook {
  found: readonly Finding[];
  /** Subjects of which nothing can be told at this moment: their alerts stay as they are. */
  unknown: ReadonlySet<string>;
  /** Subjects that there are. */
  all: ReadonlySet<string>;
}

/** What becomes of a live alert; undefined when it stays as it is. `nobody` forgets one that nobody was told of. */
export function turn(alert: Alert, outlook: Outlook | undefined, config: AlertConfig | undefined, now: Date) {
  const finding = outlook?.found.find((it) => it.subject === alert.subject);
  if (finding && config) {
    const opens = alert.status === 'TRACKING' && now.getTime() - alert.created.getTime() >= delayMs(config);
    const isNews = opens || finding.currentValue?.number !== alert.currentValue?.number;
    return isNews
      ? { ...alert, ...finding, status: opens ? ('OPEN' as const) : alert.status, updated: now }
      : undefined;
  }
  if (outlook?.unknown.has(alert.subject)) return undefined;
  if (alert.status === 'TRACKING') return 'nobody' as const;
  const { live: _live, ...rest } = alert;
  const status: AlertStatus = outlook?.all.has(alert.subject) ? 'CLOSED' : 'CANCELLED';
  return { ...rest, status, updated: now, resolved: now };
}
