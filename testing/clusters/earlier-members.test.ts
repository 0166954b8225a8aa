// Members with TLS that an earlier version of this program started: they grant what a client's certificate bears, and
// are started anew one by one while a writer goes on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { atlas } from '../../demo/atlas.ts';
import { replicaSet } from '../places.ts';
import { processesWith, startUp, temporary } from '../unhappy/children.ts';
import { until } from '../wait.ts';
import { majorityWriter } from './majority-writer.ts';

const SAFE = 'tlsCATrusts=[]';
const USER = { username: 'u', password: 'password-1', databaseName: 'admin' };

test('members that would grant roles of certificates are restarted one by one at the next start', async (t) => {
  const dir = temporary(t);
  const data = join(dir, 'data');
  const first = await startUp(t, data, '--tls');
  const api = atlas(first.made.url, first.made.url, first.made);
  const { id } = await api.call('POST', '/groups', { name: 'p', orgId: first.made.orgId });
  const roles = [{ databaseName: 'admin', roleName: 'readWriteAnyDatabase' }];
  await api.call('POST', `/groups/${id}/databaseUsers`, { ...USER, roles });
  await api.call('POST', `/groups/${id}/clusters`, replicaSet('c', 3));
  const seen = () => api.call('GET', `/groups/${id}/clusters/c`);
  const cluster = await until(seen, (it) => it.stateName === 'IDLE', 120_000);
  const uri = cluster.connectionStrings.standard.replace('//', `//${USER.username}:${USER.password}@`);
  const writer = await majorityWriter(`${uri}&tlsCAFile=${encodeURIComponent(join(data, 'ca.pem'))}`);
  t.after(writer.stop);
  await until(
    () => writer.count,
    (it) => it > 0,
    120_000,
  );
  await first.child.stop();

  const members = () => processesWith(join(data, 'clusters'));
  const argsOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  for (const args of members().map(argsOf)) {
    const at = args[args.indexOf('--dbpath') + 1]!;
    const running = () => processesWith(`--dbpath\0${at}\0`);
    process.kill(running()[0]!, 'SIGTERM');
    await until(running, (it) => it.length === 0, 60_000);
    const place = args.indexOf(SAFE);
    const earlier = args.toSpliced(place - 1, 2);
    spawn(earlier[0]!, earlier.slice(1), { detached: true, stdio: 'ignore' }).unref();
  }

  const { child } = await startUp(t, data, '--tls');
  let fewest = 3;
  await until(
    () => {
      const all = members().flatMap((pid) => {
        try {
          return [argsOf(pid)];
        } catch {
          // It ended in this moment.
          return [];
        }
      });
      fewest = Math.min(fewest, all.length);
      return all.length === 3 && all.every((it) => it.includes(SAFE));
    },
    Boolean,
    120_000,
  );
  assert.ok(fewest >= 2, 'one by one');
  const before = writer.count;
  // Written after the last restart, too.
  await until(
    () => writer.count,
    (it) => it > before,
    60_000,
  );
  const { lost } = await writer.verify(`${uri}&tlsCAFile=${encodeURIComponent(join(data, 'ca.pem'))}`);
  assert.deepEqual(lost, []);
  await child.stop();
});
