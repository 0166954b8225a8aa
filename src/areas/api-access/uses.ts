import type { Logger } from 'pino';
import type { Clock } from '../../base/clock.ts';

/** Calls that came through one entry of one holder's list since the last time they were written down. */
export interface Use {
  holder: string;
  cidrBlock: string;
  count: number;
  at: Date;
  address: string;
}

const WRITE_EVERY_MS = 1_000;

/**
 * Counts uses in memory and writes them down now and then: a write for every call would cost more than the call. What a
 * server that dies had not written is lost; it is a figure for people, and no decision hangs on it.
 */
export function createUses(clock: Clock, write: (uses: readonly Use[]) => Promise<void>, log: Logger) {
  let pending = new Map<string, Use>();
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    const uses = [...pending.values()];
    pending = new Map();
    if (uses.length) await write(uses);
  }
  return {
    note(holder: string, blocks: readonly string[], address: string): void {
      for (const cidrBlock of blocks) {
        const key = `${holder} ${cidrBlock}`;
        const count = (pending.get(key)?.count ?? 0) + 1;
        pending.set(key, { holder, cidrBlock, count, at: clock.now(), address });
      }
    },
    flush,
    start(): void {
      timer ??= setInterval(() => {
        flush().catch((err) => log.warn({ err }, 'uses of access lists could not be written'));
      }, WRITE_EVERY_MS).unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      timer = undefined;
      await flush();
    },
  };
}

export type Uses = ReturnType<typeof createUses>;
