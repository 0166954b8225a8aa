// Telamon and its agent as a user would start them: as processes of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const CLI = new URL('../bin/telamon.js', import.meta.url).pathname;

export interface Child {
  process: ChildProcess;
  /** Resolves with the first line (of stdout or stderr) that `matches`; rejects when the process ends before. */
  line(matches: (text: string) => boolean): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Runs `telamon ...args`, showing its stderr line by line. A process group of its own: a Ctrl-C in the terminal is the
 * demo's to pass on, in the right order.
 */
export function telamon(args: string[], show: (line: string) => void, env: NodeJS.ProcessEnv = {}): Child {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  });
  const said: string[] = [];
  const waiting = new Set<{
    matches(text: string): boolean;
    resolve(text: string): void;
    reject(error: Error): void;
  }>();
  const hear = (text: string) => {
    said.push(text);
    for (const it of waiting) {
      if (!it.matches(text)) continue;
      waiting.delete(it);
      it.resolve(text);
    }
  };
  createInterface(child.stdout!).on('line', hear);
  createInterface(child.stderr!).on('line', (text) => {
    show(text);
    hear(text);
  });
  const ended = once(child, 'exit');
  child.on('exit', (code) => {
    const error = new Error(`telamon ${args[0]} ended with ${code}: ${said.slice(-3).join(' ')}`);
    for (const it of waiting) it.reject(error);
    waiting.clear();
  });
  return {
    process: child,
    line: (matches) => {
      const already = said.find(matches);
      if (already !== undefined) return Promise.resolve(already);
      if (child.exitCode !== null) return Promise.reject(new Error(`telamon ${args[0]} has ended`));
      return new Promise((resolve, reject) => waiting.add({ matches, resolve, reject }));
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Runs `telamon ...args` to its end and gives what it printed. */
export async function telamonOnce(args: string[]): Promise<string> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`telamon ${args.join(' ')} ended with ${code}`);
  return out.trim();
}
