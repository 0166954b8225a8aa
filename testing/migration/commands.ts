/** `telamon` commands that run beside a test, and what they say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export function telamon(...args: string[]): {
  child: ChildProcess;
  line(holds: RegExp): Promise<string>;
  /** What was in the brackets of a line that it has said. */
  said(holds: RegExp): string | undefined;
  ended: Promise<Ended>;
} {
  const child = spawn(process.execPath, ['bin/telamon.js', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const all: Ended = { code: null, out: '', err: '' };
  child.stdout!.setEncoding('utf8').on('data', (text) => {
    all.out += text;
  });
  const lines = createInterface(child.stderr!);
  lines.on('line', (text) => {
    all.err += `${text}\n`;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ ...all, code })));
  const line = (holds: RegExp) =>
    new Promise<string>((resolve, reject) => {
      lines.on('line', (text) => holds.test(text) && resolve(text));
      ended.then((it) => reject(new Error(`it ended: ${it.err}`)));
    });
  return { child, line, said: (holds) => holds.exec(all.err)?.[1], ended };
}
