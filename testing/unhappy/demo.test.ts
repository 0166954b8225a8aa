import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { until } from '../wait.ts';
import { processesWith } from './children.ts';

const roots = () => readdirSync(tmpdir()).filter((it) => it.startsWith('telamon-demo-'));

test('Ctrl-C in the middle of the demo leaves no process and no file', async (t) => {
  const before = new Set(roots());
  const demo = spawn(process.execPath, ['demo/main.ts'], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  t.after(() => demo.exitCode === null && process.kill(-demo.pid!, 'SIGKILL'));
  const ended = once(demo, 'exit');
  for await (const line of createInterface(demo.stdout)) if (line.startsWith('[6/')) break;
  const root = join(tmpdir(), roots().find((it) => !before.has(it))!);
  assert.ok(processesWith(root).length >= 5, 'Telamon, its store, its cluster, the source and the agent run');
  // As a terminal does it: to the whole group at once.
  process.kill(-demo.pid!, 'SIGINT');
  const [code] = await ended;
  assert.equal(code, 1);
  await until(
    () => processesWith(root),
    (it) => it.length === 0,
    5_000,
  );
  assert.equal(existsSync(root), false);
});
