import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Clients } from '../../mongod/index.ts';
import type { LogSource } from '../clusters/questions.ts';

/** When a line of mongod's log was written, in milliseconds; undefined for what is no such line. */
export function timeOf(line: string): number | undefined {
  if (!line.startsWith('{"t":{"$date":"')) return undefined;
  const at = Date.parse(line.slice(15, line.indexOf('"', 15)));
  return Number.isNaN(at) ? undefined : at;
}

/** All lines of a log, oldest first: from its file, or of what the process itself still remembers. */
export async function* linesOf(clients: Clients, source: LogSource): AsyncGenerator<string> {
  if ('file' in source) {
    const file = createReadStream(source.file, { encoding: 'utf8', highWaterMark: 256 * 1024 });
    try {
      yield* createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY });
    } finally {
      file.destroy();
    }
    return;
  }
  const ring = await clients.with(source.uri, (client) => client.db('admin').command({ getLog: 'global' }));
  // Each with the end of its line.
  for (const line of ring.log as string[]) yield line.trimEnd();
}

/** Lines written from `from` until `until`; a line without a time belongs to the one before it. */
export async function* linesBetween(lines: AsyncIterable<string>, from: number, until: number): AsyncGenerator<string> {
  let at = Number.NEGATIVE_INFINITY;
  for await (const line of lines) {
    at = timeOf(line) ?? at;
    if (at > until) return;
    if (at >= from) yield line;
  }
}
