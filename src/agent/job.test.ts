import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { heldIn } from '../migration/index.ts';
import { startJob } from './job.ts';

test('an outcome that nobody takes ends the job, not the agent', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-job-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const logged: string[] = [];
  const order = { id: 'j', kind: 'migrate', revision: 1, deployment: 'none', destination: 'mongodb://d' } as const;
  const job = startJob(
    { ...order, drop: false, cutover: false, managedAuthentication: true, ssl: false },
    {
      deployments: new Map(),
      report: () => Promise.reject(new Error('the link was deleted')),
      superseded: () => {},
      held: heldIn(dir),
      log: pino({ level: 'error' }, { write: (line) => void logged.push(JSON.parse(line).err.message) }),
    },
  );
  await job.stop();
  assert.deepEqual(logged, ['the link was deleted']);
});
