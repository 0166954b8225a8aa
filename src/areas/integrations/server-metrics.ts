import type { Document } from 'mongodb';
import { Registry } from 'prom-client';

/** What every figure of a process says of where it comes from; the names are Atlas's. */
export interface Origin {
  group_id: string;
  org_id: string;
  cl_name: string;
  rs_nm: string;
  /** As replSetGetStatus has it: 1 is the primary, 2 a secondary. */
  rs_state: string;
  process_port: string;
  process_type: 'mongod';
}

/** Of the answer itself, and not of the server. */
const NOT_FIGURES = new Set(['ok', 'pid', '$clusterTime', 'operationTime', 'localTime']);

/** Every number in a document, by its path in the way of Prometheus: `opcounters.insert` is `mongodb_opcounters_insert`. */
export function figuresOf(document: Document, path = 'mongodb'): Map<string, number> {
  const found = new Map<string, number>();
  for (const [key, value] of Object.entries(document)) {
    if (path === 'mongodb' && NOT_FIGURES.has(key)) continue;
    const name = `${path}_${key.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;
    if (typeof value === 'number') found.set(name, value);
    // A number that no double holds exactly; Prometheus knows doubles alone.
    else if (value?._bsontype === 'Long') found.set(name, Number(value));
    else if (value?.constructor === Object) for (const [inner, it] of figuresOf(value, name)) found.set(inner, it);
  }
  return found;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
const labelsOf = (labels: object): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join();
const numberOf = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

/**
 * The answer to `serverStatus` in the exposition format of Prometheus, and the media type of that. Its lines are put
 * together here: a registry that forms the same labels anew for each of two thousand figures takes ten times as long.
 */
export function exposition(status: Document, origin: Origin): { text: string; contentType: string } {
  const labels = labelsOf(origin);
  const gauge = (name: string, help: string, value: number, own = labels) =>
    `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}{${own}} ${numberOf(value)}\n`;
  const { version, host, repl } = status;
  const about = { mongodb_version: String(version), replica_set_member: String(repl?.me ?? host), ...origin };
  let text = gauge('mongodb_up', 'Whether the process answered.', 1);
  text += gauge('mongodb_info', 'The process, by its labels.', 1, labelsOf(about));
  for (const [name, value] of figuresOf(status)) text += gauge(name, 'From serverStatus.', value);
  return { text, contentType: Registry.PROMETHEUS_CONTENT_TYPE };
}
