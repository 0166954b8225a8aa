// `telamon migrate --reversible`, then `telamon reverse`: killed on the way, and with writes held back on either side.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { telamon } from '../../testing/migration/commands.ts';
import { type Sets, startSets, type TestSet } from '../../testing/migration/fixture.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

const both = () => ['--source', sets.source.admin, '--destination', sets.destination.admin];
const run = (command: string, ...more: string[]) =>
  telamon(command, ...both(), '--state-dir', join(sets.dir, 'state'), ...more);
const cutover = (id: string) => telamon('cutover', id, '--block-writes', '--state-dir', join(sets.dir, 'state')).ended;

/** An application of one side; administrators may write whatever is blocked. */
async function application({ admin, client }: TestSet): Promise<MongoClient> {
  await client.db('admin').command({ createUser: 'app', pwd: 'app', roles: ['readWriteAnyDatabase'] });
  const uri = new URL(admin);
  uri.username = 'app';
  uri.password = 'app';
  return new MongoClient(uri.href).connect();
}
const writes = (app: MongoClient) =>
  app
    .db('shop')
    .collection('c')
    .insertOne({})
    .then(
      () => 'allowed',
      (error) => error.code,
    );

test('the way back goes on after a kill, ends equal, and gives the old side its writes again', async () => {
  const [old, next] = [await application(sets.source), await application(sets.destination)];
  try {
    await old
      .db('shop')
      .collection('c')
      .insertMany(Array.from({ length: 500 }, (_, n) => ({ n })));
    const none = await run('reverse').ended;
    assert.equal(none.code, 1);
    assert.match(none.err, /Only one that ran with --reversible has it/);

    const away = run('migrate', '--reversible');
    await away.line(/Ready/);
    await cutover(away.said(/telamon cutover ([0-9a-f]+)/)!);
    assert.equal((await away.ended).code, 0);
    assert.deepEqual([await writes(old), await writes(next)], [371, 'allowed']);
    await next
      .db('shop')
      .collection('c')
      .updateMany({ n: { $lt: 100 } }, { $set: { by: 'the new side' } });

    const first = run('reverse');
    await first.line(/Ready/);
    first.child.kill('SIGKILL');
    await first.ended;
    await next
      .db('shop')
      .collection('c')
      .deleteMany({ n: { $gte: 400 } });

    const second = run('reverse', '--json');
    await second.line(/Ready/);
    await next.db('shop').collection('c').insertOne({ n: 'late' });
    const told = await cutover(second.said(/telamon cutover ([0-9a-f]+)/)!);
    assert.equal(told.code, 0, told.err);
    const { code, out, err } = await second.ended;
    assert.equal(code, 0, err);
    assert.equal(JSON.parse(out).verified.documents, 402);
    const same = await telamon('verify', ...both()).ended;
    assert.equal(same.code, 0, same.out + same.err);
    assert.deepEqual([await writes(old), await writes(next)], ['allowed', 371]);
  } finally {
    await Promise.all([old.close(), next.close()]);
  }
});
