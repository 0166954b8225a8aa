import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Sets, startSets } from '../../testing/migration/fixture.ts';
import { until } from '../../testing/wait.ts';
import { Deployment } from './deployment.ts';
import { endLeftovers } from './leftovers.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

test('a write that waited on the destination when its attempt ended never happens; that of another migration does', async (t) => {
  const { client, uri } = sets.destination;
  const [admin, collection] = [client.db('admin'), client.db('app').collection<{ _id: string }>('c')];
  const open = async (work: string) => {
    const deployment = await Deployment.connect(uri, { work });
    t.after(() => deployment.close());
    return deployment;
  };
  const [first, other] = [await open('this'), await open('other')];
  const insert = (by: Deployment, _id: string) =>
    by.command('app', { insert: 'c', documents: [{ _id }], writeConcern: { w: 'majority' } });
  await insert(first, 'before');
  await admin.command({ fsync: 1, lock: true });
  // When all went well it is open already.
  t.after(() => admin.command({ fsyncUnlock: 1 }).catch(() => {}));
  const lost = assert.rejects(insert(first, 'late'), { name: 'ConnectionLost' });
  const kept = insert(other, 'kept');
  const waiting = async () => (await admin.command({ currentOp: 1, 'command.insert': 'c' })).inprog.length;
  await until(waiting, (it) => it === 2);
  await first.close();
  await lost;
  assert.equal(await waiting(), 2, 'the server goes on with it');
  await endLeftovers(await open('this'));
  assert.equal(await waiting(), 1);
  await admin.command({ fsyncUnlock: 1 });
  await kept;
  assert.deepEqual((await collection.distinct('_id')).sort(), ['before', 'kept']);
});

test('nor does a database go that the attempt before was about to drop', async (t) => {
  const { client, uri } = sets.destination;
  const [admin, collection] = [client.db('admin'), client.db('going').collection('c')];
  await collection.insertOne({});
  const first = await Deployment.connect(uri, { work: 'this' });
  t.after(() => first.close());
  await admin.command({ fsync: 1, lock: true });
  t.after(() => admin.command({ fsyncUnlock: 1 }).catch(() => {}));
  const lost = assert.rejects(first.command('going', { dropDatabase: 1 }), { name: 'ConnectionLost' });
  const waiting = async () => (await admin.command({ currentOp: 1, 'command.dropDatabase': 1 })).inprog.length;
  await until(waiting, (it) => it === 1);
  await first.close();
  await lost;
  const next = await Deployment.connect(uri, { work: 'this' });
  t.after(() => next.close());
  await endLeftovers(next);
  assert.equal(await waiting(), 0);
  await admin.command({ fsyncUnlock: 1 });
  assert.equal(await collection.countDocuments(), 1);
});

test('what the destination never ends is told, instead of being waited for without end', async () => {
  const stuck = { command: async () => ({ cursor: { firstBatch: [{ opid: 1 }] } }) } as unknown as Deployment;
  await assert.rejects(endLeftovers(stuck, 100), /does not end what an earlier attempt .* See with db\.currentOp\(\)/);
});
