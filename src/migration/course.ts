import type { WriteBlock } from './block.ts';
import { buildIndexes, cloneAll } from './clone.ts';
import { complete } from './cutover.ts';
import { MigrationFailed } from './errors.ts';
import type { Ground } from './ground.ts';
import { createCollections } from './prepare.ts';
import type { Meter } from './progress.ts';
import { measure, type Report, reportOf } from './report.ts';
import { Tail } from './tail.ts';
import { dropGoneViews } from './turn.ts';
import { verify } from './verify.ts';

/** What was asked of a migration while it runs. */
export interface Asked {
  /** When the cutover was asked for. */
  cutoverAt: number | undefined;
  /** It holds the writes of the source back. */
  blockWrites: boolean;
}

export interface Course {
  meter: Meter;
  asked: Asked;
  block: WriteBlock;
  isWayBack: boolean;
  /** To be called after each step; throws when the migration is to stop. */
  onward(): void;
}

const READY_SECONDS = 5;

/** From wherever an earlier attempt was cut off until somebody asks for the cutover. */
export async function bringUp(ground: Ground, { meter, asked, onward }: Course): Promise<Tail> {
  const { state, checkpoint } = ground;
  if (state.stage === 'copying') {
    meter.phase('copying');
    await createCollections(ground);
    await cloneAll(ground, onward);
    onward();
    state.stage = 'indexing';
    await checkpoint.save(state);
  }
  if (state.stage === 'indexing') {
    meter.phase('indexing');
    await buildIndexes(ground);
    onward();
    state.stage = 'tailing';
    await checkpoint.save(state);
  }
  const tail = await Tail.open(ground);
  meter.now.changesFrom = tail.from;
  meter.phase('tailing');
  await tail.follow(
    () => asked.cutoverAt !== undefined,
    () => {
      meter.now.changesApplied = state.changes;
      meter.now.lagSeconds = tail.lagSeconds;
      meter.now.readyForCutover = tail.lagSeconds < READY_SECONDS;
      onward();
    },
  );
  return tail;
}

/** Brings over what the source did last, and sees that both sides are equal. */
export async function cutOver(ground: Ground, tail: Tail, course: Course): Promise<Report> {
  const { meter, asked, block, isWayBack, onward } = course;
  let outcome: Awaited<ReturnType<typeof verify>>;
  if (asked.blockWrites) await block.hold(ground);
  // Writes that still reached the source after the cutover began are followed too, a few times.
  for (let round = 0; ; round++) {
    meter.phase('cutover');
    await tail.catchUp(onward);
    await ground.checkpoint.confirm();
    if (isWayBack) await dropGoneViews(ground);
    const refused = await complete(ground);
    meter.phase('verifying');
    outcome = await verify(ground);
    outcome.wrong.unshift(...refused);
    if (!outcome.wrong.length) break;
    if (round >= 2) {
      throw new MigrationFailed(
        `The destination does not equal the source after the cutover: ${outcome.wrong.slice(0, 5).join('; ')}. Make sure that nothing writes to either side, then run the migration again.`,
      );
    }
  }
  measure(meter, ground);
  meter.tick();
  const ended = Date.now();
  return reportOf(ground, {
    cutoverSeconds: (ended - (asked.cutoverAt ?? ended)) / 1_000,
    verified: outcome.verified,
    changesFrom: tail.from,
    writesBlocked: block.isHeld,
  });
}
