import { SingleBar } from 'cli-progress';
import type { MigrationProgress } from './migration-progress.ts';

const LINE_MS = 2_000;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** How long the initial copy goes on at its present rate; undefined while there is none. */
export const secondsLeft = (p: MigrationProgress): number | undefined =>
  p.bytesPerSecond > 0 ? Math.ceil(Math.max(0, p.bytesTotal - p.bytesCopied) / p.bytesPerSecond) : undefined;

function leftOf(p: MigrationProgress): string {
  const left = secondsLeft(p);
  return left === undefined ? '' : `${left} s left`;
}

const heldOf = ({ bytesPerSecondAllowed: most }: MigrationProgress): string =>
  most === undefined ? '' : ` (held to ${megabytes(most)}/s)`;

/** The figures that matter in a phase, in one line. */
export function describe(p: MigrationProgress): string {
  const copied = `${megabytes(p.bytesCopied)} of ${megabytes(p.bytesTotal)}`;
  if (p.phase === 'copying')
    return [copied, `${p.documentsPerSecond} documents/s`, `${megabytes(p.bytesPerSecond)}/s${heldOf(p)}`, leftOf(p)]
      .filter(Boolean)
      .join(', ');
  const lag = p.lagSeconds === undefined ? '' : `lag ${p.lagSeconds.toFixed(1)} s`;
  const ready = p.readyForCutover ? 'ready for cutover' : '';
  const from = p.changesFrom ? ` from the ${p.changesFrom.replace('-', ' ')}` : '';
  return [`${copied} copied`, `${p.changesApplied} changes applied${from}`, lag, ready].filter(Boolean).join(', ');
}

/** Shows long work: a bar in a terminal, now and then a line elsewhere. */
export function createMeter(say: (line: string) => void) {
  let bar: SingleBar | undefined;
  let [said, phase] = [0, ''];
  function stop(): void {
    bar?.stop();
    bar = undefined;
  }
  return {
    stop,
    migration(_order: unknown, p: MigrationProgress): void {
      if (process.stderr.isTTY) {
        if (!bar) {
          bar = new SingleBar({
            format: '{bar} {percentage}% {phase}: {text}',
            stream: process.stderr,
            hideCursor: true,
          });
          bar.start(1, 0, { phase: p.phase, text: '' });
        }
        const share = p.bytesTotal ? Math.min(1, p.bytesCopied / p.bytesTotal) : p.phase === 'done' ? 1 : 0;
        bar.update(share, { phase: p.phase, text: describe(p) });
        return;
      }
      const now = Date.now();
      if (p.phase === phase && now - said < LINE_MS) return;
      [said, phase] = [now, p.phase];
      say(`${p.phase}: ${describe(p)}`);
    },
  };
}
