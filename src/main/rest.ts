import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_MS = 30_000;
/** Of one core, since the last look; whoever works more has better things to do. */
const QUIET = 0.05;
/** Less than this is not worth the tenth of a second that it costs. */
const WORTH_BYTES = 32 * 2 ** 20;

/** Everything that can be collected, the room for new objects included. V8 shows it to whoever asks for it alone. */
function collector(): (how: { type: 'major'; flavor: 'last-resort' }) => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

/**
 * Gives memory back once a server has come to rest: V8 keeps what a start or a busy hour took for as long as anything
 * goes on at all, and the little that an idle installation does is enough for that.
 */
export function createRest(cpuMicroseconds: () => number = ownCpu) {
  const collect = collector();
  let timer: NodeJS.Timeout | undefined;
  let before = { cpu: cpuMicroseconds(), at: performance.now() };

  /** Whether it was worth it. */
  function look(): boolean {
    const now = { cpu: cpuMicroseconds(), at: performance.now() };
    const share = (now.cpu - before.cpu) / 1_000 / (now.at - before.at);
    before = now;
    const { total_heap_size, used_heap_size } = getHeapStatistics();
    if (share > QUIET || total_heap_size - used_heap_size < WORTH_BYTES) return false;
    collect({ type: 'major', flavor: 'last-resort' });
    return true;
  }

  return {
    look,
    start(): void {
      timer ??= setInterval(look, LOOK_MS).unref();
    },
    stop(): void {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
