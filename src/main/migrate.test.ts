import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { telamon } from '../../testing/migration/commands.ts';
import { type Sets, startSets } from '../../testing/migration/fixture.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

const both = () => ['--source', sets.source.uri, '--destination', sets.destination.uri];

test('migrate goes on after a kill, cuts over when told, leaves out what is excluded; verify tells what differs', async () => {
  const documents = Array.from({ length: 6_000 }, (_, n) => ({ n, fill: 'x'.repeat(1_000) }));
  const { client } = sets.source;
  await client.db('app').collection('c').insertMany(documents);
  await client.db('app').collection('left out').insertOne({ n: 1 });
  const how = [...both(), '--exclude', 'app.left out', '--state-dir', join(sets.dir, 'state')];

  const first = telamon('migrate', ...how, '--max-rate', '2MB');
  await first.line(/copying: [1-9]/);
  first.child.kill('SIGKILL');
  await first.ended;

  const second = telamon('migrate', ...how, '--json');
  const [, id] = /telamon cutover ([0-9a-f]+)/.exec(await second.line(/Ready/))!;
  const twin = await telamon('migrate', ...how).ended;
  assert.equal(twin.code, 1);
  assert.match(twin.err, /running already/);
  await client.db('app').collection('c').insertOne({ late: true });
  await client.db('app').collection('left out').insertOne({ n: 2 });
  const told = await telamon('cutover', id!, '--state-dir', join(sets.dir, 'state')).ended;
  assert.equal(told.code, 0, told.err);
  const { code, out, err } = await second.ended;
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).verified.documents, 6_001);

  const same = await telamon('verify', ...both(), '--exclude', 'app.left out').ended;
  assert.equal(same.code, 0, same.out + same.err);
  assert.match(same.out, /^Equal: 1 collections, 6001 documents/);
  await sets.destination.client
    .db('app')
    .collection('c')
    .updateOne({ n: 5 }, { $set: { n: -5 } });
  const other = await telamon('verify', ...both(), '--json').ended;
  assert.equal(other.code, 1, other.err);
  const { equal, differences } = JSON.parse(other.out);
  assert.equal(equal, false);
  assert.deepEqual(
    differences.map((it: { namespace: string; what: string }) => [it.namespace, it.what]),
    [
      ['app.c', 'content'],
      ['app.left out', 'missing'],
    ],
  );
});

test('a sample of each collection is compared by its bytes, and what differs is named', async () => {
  const on = (side: keyof Pick<Sets, 'source' | 'destination'>) =>
    sets[side].client.db('sampled').collection<{ _id: number }>('c');
  for (const side of ['source', 'destination'] as const)
    await on(side).insertMany(Array.from({ length: 500 }, (_, n) => ({ _id: n, fill: 'x'.repeat(50) })));
  const how = [...both(), '--include', 'sampled', '--sample', '50'];
  const same = await telamon('verify', ...how).ended;
  assert.equal(same.code, 0, same.out + same.err);
  assert.match(same.out, /^Equal: 1 collections, 50 documents, chosen at random compared\.\n$/);
  await on('destination').updateMany({}, { $set: { fill: 'y' } });
  const other = await telamon('verify', ...how, '--json').ended;
  assert.equal(other.code, 1);
  const [difference] = JSON.parse(other.out).differences;
  assert.match(
    difference.detail,
    /^50 of 50 documents are not equal, such as those with _id \{"\$numberInt":"\d+"\}, /,
  );
  await on('destination').deleteOne({ _id: 7 });
  const fewer = await telamon('verify', ...how).ended;
  assert.match(fewer.out, /^sampled\.c: count: 500 documents on the source and 499 on the destination/);
  const bad = await telamon('verify', ...both(), '--sample', '0').ended;
  assert.match(bad.err, /--sample.* A number from 1 to 10000\./);
});

test('what cannot work is said in one line', async () => {
  const nowhere = await telamon('verify', '--source', sets.source.uri, '--destination', 'nonsense').ended;
  assert.equal(nowhere.code, 2);
  const bad = await telamon('migrate', '--source', 'nonsense', '--destination', sets.destination.uri).ended;
  assert.equal(bad.code, 1);
  assert.match(bad.err, /^telamon: --source is not a connection string: .*\n$/);
  const neither = await telamon('migrate', '--source', sets.source.uri, '--destination', 'a/b', '--data', sets.dir)
    .ended;
  assert.match(neither.err, /--destination a\/b is neither a connection string nor organization\/project\/cluster/);
  const dead = await telamon('migrate', '--source', sets.source.uri, '--destination', 'a/b/c', '--data', sets.dir)
    .ended;
  assert.match(dead.err, /No Telamon runs on .*\. Start one with `telamon up --data/);
  const none = await telamon('cutover', '0123456789ab', '--state-dir', sets.dir).ended;
  assert.equal(none.code, 1);
  assert.match(none.err, /No migration 0123456789ab is running here\.\n$/);
});
