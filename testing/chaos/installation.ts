// A Telamon that is killed, stopped for a while and started again.
import { once } from 'node:events';
import { type Child, telamon } from '../../demo/children.ts';
import type { Made } from '../unhappy/children.ts';

/** So often in a row it may fail to start before nobody believes any more that it will. */
const TRIES = 5;

export interface Installation {
  readonly pid: number;
  /** What it said each time that it did not start. */
  readonly failedStarts: string[];
  start(): Promise<Made>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export function createInstallation(args: string[], say: (line: string) => void): Installation {
  const failedStarts: string[] = [];
  let child: Child | undefined;
  return {
    get pid() {
      return child!.process.pid!;
    },
    failedStarts,
    async start() {
      for (let tries = 1; ; tries++) {
        child = telamon(args, () => {});
        try {
          return JSON.parse(await child.line((text) => text.startsWith('{')));
        } catch (error) {
          failedStarts.push((error as Error).message);
          say(`telamon did not start: ${(error as Error).message}`);
          if (tries === TRIES) throw error;
        }
      }
    },
    async kill() {
      if (child!.process.exitCode !== null || child!.process.signalCode !== null) return;
      const ended = once(child!.process, 'exit');
      child!.process.kill('SIGKILL');
      await ended;
    },
    stop: async () => child?.stop(),
  };
}

/** Processes that are there and do nothing for a while. */
export function createHung() {
  const hung = new Map<number, NodeJS.Timeout>();
  const signal = (pid: number, name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch (error) {
      // It was ended meanwhile, which a process that hangs must expect.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const wake = (pid: number): void => {
    clearTimeout(hung.get(pid));
    hung.delete(pid);
    signal(pid, 'SIGCONT');
  };
  return {
    hang(pid: number, ms: number): void {
      clearTimeout(hung.get(pid));
      signal(pid, 'SIGSTOP');
      hung.set(
        pid,
        setTimeout(() => wake(pid), ms),
      );
    },
    wakeAll(): void {
      for (const pid of hung.keys()) wake(pid);
    },
  };
}
