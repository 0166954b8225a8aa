// The access list over real networks; database-access.test.ts has it with addresses of the loopback interface.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { namespace, withoutNamespaces } from '../../../testing/networks/namespace.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';

const { open } = harness();
const skip = withoutNamespaces();
const refused = /requires authentication|not authorized/;

test('only networks on the access list get in, for as long as they are on it', { skip }, async () => {
  const third = process.pid % 250;
  // Networks that are kept for measurements and lead nowhere (RFC 2544).
  const [office, branch] = [namespace('a', `198.18.${third}`), namespace('b', `198.19.${third}`)];
  after(office.remove);
  after(branch.remove);
  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const { api, ...house } = await open({ running: true, clock, clusterSettings: { address: office.host } });
  const groupId = await newProject({ api, ...house });
  const { connectionStrings } = await newCluster({ api, ...house }, groupId, 'c');
  const group = `/groups/${groupId}`;
  const list = async (...entries: object[]) => {
    const { status, body } = await api('POST', `${group}/accessList`, entries);
    assert.equal(status, 201, JSON.stringify(body));
  };
  const idle = () =>
    until(
      async () => (await api('GET', `${group}/clusters/c`)).body.stateName,
      (it) => it === 'IDLE',
    );
  const roles = [{ roleName: 'readWrite', databaseName: 'x' }];
  const user = { databaseName: 'admin', username: 'ann', password: 'a-good-password', roles };
  assert.equal((await api('POST', `${group}/databaseUsers`, user)).status, 201);
  await idle();

  assert.match(connectionStrings.standard, new RegExp(`^mongodb://${office.host}:`));
  const uri = connectionStrings.standard.replace('mongodb://', 'mongodb://ann:a-good-password@');
  const [inOffice, inBranch] = [office.client(uri), branch.client(uri)];
  const connect = () => Promise.all([inOffice.connects(), inBranch.connects()]);
  assert.deepEqual(await connect(), ['out', 'out'], 'an empty list lets in this machine alone, and by loopback');

  await list({ ipAddress: office.address });
  await idle();
  assert.deepEqual(await connect(), ['in', 'out']);
  await list({ cidrBlock: `198.19.${third}.0/29`, deleteAfterDate: new Date(now + 3_600_000) });
  await idle();
  assert.deepEqual(await connect(), ['in', 'in']);
  assert.deepEqual([await inOffice.writes(), await inBranch.writes()], ['written', 'written']);

  now += 3_600_001;
  await until(inBranch.writes, (it) => refused.test(it));
  assert.deepEqual(await connect(), ['in', 'out']);
  assert.equal(await inOffice.writes(), 'written', 'whoever is still listed is not disturbed');

  const entry = encodeURIComponent(`${office.address}/32`);
  assert.equal((await api('DELETE', `${group}/accessList/${entry}`)).status, 204);
  await idle();
  assert.match(await inOffice.writes(), refused);
  assert.deepEqual(await connect(), ['out', 'out']);
});
