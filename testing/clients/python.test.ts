// Scripts in Python with the requests library, whose Digest goes on counting on one nonce.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { installation } from './installation.ts';
import { run } from './sdk.ts';

const there = spawnSync('python3', ['-c', 'import requests']).status === 0;
const skip = there ? undefined : 'there is no python3 with requests on the PATH';
const telamon = await installation();

test('requests: a session by Digest that pages from link to link, and a token', { skip }, async () => {
  const script = join(import.meta.dirname, 'python', 'session.py');
  const { code, output } = await run('python3', [script], telamon.environment);
  assert.deepEqual([code, output.trim()], [0, 'done']);
});
