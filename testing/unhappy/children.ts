// `telamon` as a process of its own, for tests; everything it leaves is looked for.

import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Child, telamon } from '../../demo/children.ts';

/** A directory that is removed after the test. */
export function temporary(t: { after: TestContext['after'] }): string {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-unhappy-'));
  t.after(() => {
    for (const pid of processesWith(dir)) process.kill(pid, 'SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

export function processesWith(text: string): number[] {
  const others = readdirSync('/proc').filter((it) => /^\d+$/.test(it) && Number(it) !== process.pid);
  return others.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      // It ended in this moment.
      return false;
    }
  });
}

/** Runs a command that is to fail; gives what it said and its exit code. */
export async function fails(args: string[], env: Record<string, string> = {}): Promise<{ said: string; code: number }> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  const lines: string[] = [];
  const child = telamon(args, (line) => lines.push(line));
  for (const name of Object.keys(env)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  const [code] = await once(child.process, 'close');
  return { said: lines.join('\n'), code: code as number };
}

export interface Made {
  url: string;
  orgId: string;
  publicKey: string;
  privateKey: string;
  clientId: string;
  clientSecret: string;
}

/** `telamon up --json`, answering; `lines` is all it prints on stdout and stderr. */
export async function startUp(t: { after: TestContext['after'] }, data: string, ...more: string[]) {
  const child: Child = telamon(['up', '--json', '--port', '0', '--no-rate-limits', '--data', data, ...more], () => {});
  t.after(child.stop);
  const made = JSON.parse(await child.line((text) => text.startsWith('{'))) as Made;
  return { child, made };
}

/** Kills a process as a power cut would, and waits for its end. */
export async function kill9(child: Child): Promise<void> {
  const ended = once(child.process, 'exit');
  child.process.kill('SIGKILL');
  await ended;
}
