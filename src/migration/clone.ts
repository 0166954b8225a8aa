import { allSettled } from './apply.ts';
import type { CopyState } from './checkpoint.ts';
import { copyCollection, originOf } from './copy.ts';
import type { Ground, Moved } from './ground.ts';
import { matchIndexes } from './indexes.ts';

const SAVE_EVERY_MS = 1_000;
const INDEX_BUILDS = 2;

/** Copies every collection that is not copied yet, several at a time, the largest first. */
export async function cloneAll(ground: Ground, onProgress: () => void): Promise<void> {
  const copy = () => copyAll(ground, onProgress);
  await (ground.consideration?.during(copy) ?? copy());
}

async function copyAll(ground: Ground, onProgress: () => void): Promise<void> {
  const queue = [...ground.collections.values()].filter((it) => !it.state.copied);
  queue.sort((a, b) => b.state.expectedBytes - a.state.expectedBytes);
  const saver = new Saver(ground);
  let broken = false;
  const stopped = () => broken || ground.limits.stopped();
  await allSettled(
    ground.readers.map(async (reader) => {
      try {
        const origin = await originOf(reader);
        for (let next = queue.shift(); next && !stopped(); next = queue.shift()) {
          await cloneOne(ground, next, reader, { origin, saver, stopped, onProgress });
        }
      } catch (error) {
        // The others stop at their next batch instead of going on for hours.
        broken = true;
        throw error;
      }
    }),
  ).finally(() => saver.save());
}

/** Saves how far the collections have come, those of a second together: each save costs a round to the disk. */
class Saver {
  private readonly ground: Ground;
  private readonly unsaved = new Set<CopyState>();
  private saved = Date.now();
  private saving: Promise<void> = Promise.resolve();

  constructor(ground: Ground) {
    this.ground = ground;
  }

  note(state: CopyState): void {
    this.unsaved.add(state);
    if (Date.now() - this.saved >= SAVE_EVERY_MS) void this.save();
  }

  save(): Promise<void> {
    this.saved = Date.now();
    const states = [...this.unsaved];
    this.unsaved.clear();
    // One that could not be saved costs only work done again; a lasting cause shows at the next thing that is written.
    this.saving = this.saving.then(() => this.ground.checkpoint.saveCollections(states)).catch(() => {});
    return this.saving;
  }
}

async function cloneOne(
  ground: Ground,
  moved: Moved,
  reader: Ground['readers'][number],
  {
    origin,
    saver,
    stopped,
    onProgress,
  }: { origin: string | undefined; saver: Saver; stopped(): boolean; onProgress(): void },
): Promise<void> {
  const { state } = moved;
  const resumes = origin !== undefined && state.origin === origin;
  const onBegin = () => {
    Object.assign(state, { origin, token: undefined, documents: 0, bytes: 0 });
  };
  const onSafe = (token: Buffer | undefined, documents: number, bytes: number) => {
    state.token = token;
    state.documents += documents;
    state.bytes += bytes;
    saver.note(state);
    onProgress();
  };
  // What an earlier attempt had under way may have got there without being noted.
  const { cursor } = await ground.destination.command(moved.db, { find: moved.name, limit: 1, singleBatch: true });
  await copyCollection(
    reader,
    {
      ...moved,
      token: resumes ? state.token : undefined,
      again: cursor.firstBatch.length > 0,
      averageBytes: averageOf(state),
      notBefore: ground.state.at,
      onBegin,
      onSafe,
    },
    { ...ground.limits, stopped },
  );
  if (stopped()) return;
  state.copied = true;
  saver.note(state);
  onProgress();
}

const averageOf = (state: CopyState): number => state.expectedBytes / Math.max(1, state.expectedDocuments);

/** Builds the secondary indexes, all those of a collection in one scan. */
export async function buildIndexes(ground: Ground): Promise<void> {
  const { source, destination } = ground;
  const queue = [...ground.collections.values()];
  queue.sort((a, b) => b.state.expectedBytes - a.state.expectedBytes);
  const wires = await destination.openMany(Math.min(INDEX_BUILDS, queue.length));
  await allSettled(
    wires.map(async (wire) => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await ground.checkpoint.confirm();
        const name = await next.source.currentName(source.control);
        if (name) await matchIndexes(source, destination, { db: next.source.db, name }, next, false, wire);
      }
    }),
  );
  for (const wire of wires) wire.close();
}
