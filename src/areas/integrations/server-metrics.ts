import type { Document } from 'mongodb';
import { Gauge, Registry } from 'prom-client';

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

/** The answer to `serverStatus` in the exposition format of Prometheus, and the media type of that. */
export async function exposition(status: Document, origin: Origin): Promise<{ text: string; contentType: string }> {
  const registry = new Registry();
  registry.setDefaultLabels(origin);
  const gauge = (name: string, help: string, value: number) =>
    new Gauge({ name, help, registers: [registry] }).set(value);
  gauge('mongodb_up', 'Whether the process answered.', 1);
  new Gauge({
    ...{ name: 'mongodb_info', help: 'The process, by its labels.', registers: [registry] },
    labelNames: ['mongodb_version', 'replica_set_member'],
  }).set({ mongodb_version: String(status.version), replica_set_member: String(status.repl?.me ?? status.host) }, 1);
  for (const [name, value] of figuresOf(status)) gauge(name, `From serverStatus.`, value);
  return { text: await registry.metrics(), contentType: registry.contentType };
}
