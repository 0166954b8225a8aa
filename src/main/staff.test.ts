import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('a login whose input ends before the password says what to do', () => {
  const { TELAMON_STAFF_PASSWORD: _, ...env } = process.env;
  const args = ['bin/telamon.js', 'staff', 'login', 'http://127.0.0.1:1', 'staff-nobody'];
  const { status, stderr } = spawnSync(process.execPath, args, { env, input: '', encoding: 'utf8' });
  assert.equal(status, 1, stderr);
  assert.match(stderr, /No password came\. Type it, or set TELAMON_STAFF_PASSWORD\./);
});
