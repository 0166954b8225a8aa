import { BSON, type Timestamp } from 'mongodb';
import { Code, CommandFailed, hasCode, isLost, MigrationFailed } from './errors.ts';
import type { Ground } from './ground.ts';
import { timeOf } from './resume.ts';
import { listRaw } from './wire.ts';

/** The changes that come next are gone from the oplog of the source: only a new copy helps, no checkpoint does. */
export class Outrun extends MigrationFailed {}

/** What a failure is when the oplog of the source has moved past the migration; any other stays as it is. */
export async function orOutrun(
  error: unknown,
  { source, state }: Pick<Ground, 'source' | 'state'>,
  isWayBack: boolean,
): Promise<unknown> {
  if (!isLost(error)) return error;
  const from = state.token ? timeOf(state.token) : state.at;
  const [needed, held] = await Promise.all([source.operationTime().then((it) => spanOf(from, it)), heldBy(source)]);
  const holds = held === undefined ? '' : `, of which the last ${inWords(held)} are left`;
  const since = new Date(secondsOf(from) * 1_000).toISOString();
  if (isWayBack)
    return new Outrun(
      `The changes since ${since} are no longer in the oplog of the deployment that the way back leads from: it would need the last ${inWords(needed)}${holds}. Nothing leads back without a copy any more: go back with \`telamon migrate --drop\` from that deployment to the other one, for which its oplog should span well over the time that this copy takes (replSetResizeOplog).`,
    );
  return new Outrun(
    `The changes since ${since} are no longer in the oplog of the source: the migration would need the last ${inWords(needed)}${holds}. Enlarge the oplog of the source with replSetResizeOplog so that it spans well over ${inWords(needed)} of its writes, then start the migration again: it copies everything anew, for which what it has copied so far must be dropped.`,
  );
}

const secondsOf = (it: Timestamp): number => it.getHighBits() >>> 0;
const spanOf = (from: Timestamp, to: Timestamp): number => Math.max(1, secondsOf(to) - secondsOf(from));

/** Seconds that the oplog spans; undefined when the user may not look at it. */
async function heldBy(source: Ground['source'], tries = 5): Promise<number | undefined> {
  const first = { find: 'oplog.rs', sort: { $natural: 1 }, projection: { ts: 1 }, limit: 1, singleBatch: true };
  try {
    const [oldest] = await listRaw(source.control, 'local', first);
    return spanOf(BSON.deserialize(oldest!).ts as Timestamp, await source.operationTime());
  } catch (error) {
    // Cut off while it was being read.
    if (tries > 1 && hasCode(error, Code.cappedPositionLost)) return heldBy(source, tries - 1);
    if (error instanceof CommandFailed) return undefined;
    throw error;
  }
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7_200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3_600)} hours`;
}
