// Two processes that run one migration: the one that came last goes on with it, and the other writes nothing more.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { telamon } from '../../testing/migration/commands.ts';
import { clear, migrate, ready, type Sets, startSets } from '../../testing/migration/fixture.ts';
import { loose, numbered } from '../../testing/migration/scenario.ts';
import { until } from '../../testing/wait.ts';
import { Checkpoint } from './checkpoint.ts';
import { Deployment } from './deployment.ts';
import { compareDeployments, Superseded } from './index.ts';
import type { Wire } from './wire.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());
beforeEach(() => clear(sets));

test('whoever follows is superseded by whoever comes, even with its writes held back for a cutover', async (t) => {
  await loose(sets.source.client.db('shop')).insertMany(numbered(100));
  const options = { id: 'two', blockWrites: true };
  const first = migrate(sets, options);
  t.after(() => first.stop());
  const over = assert.rejects(first.run(), /Another process has taken this migration over/);
  await first.until(ready);
  const second = migrate(sets, options);
  t.after(() => second.stop());
  const done = second.run();
  await second.until(ready);
  await loose(sets.source.client.db('shop')).insertMany(numbered(200).slice(100));
  first.cutover();
  await over;
  // Nothing was held back, or let in again, by the one that lost.
  await loose(sets.source.client.db('shop')).insertOne({ n: -1 });
  second.cutover();
  const { verified, writesBlocked } = await done;
  t.after(() => sets.source.client.db('admin').command({ setUserWriteBlockMode: 1, global: false }));
  assert.deepEqual([verified.documents, writesBlocked], [201, true]);
  assert.deepEqual((await compareDeployments(sets.source.uri, sets.destination.uri)).differences, []);
});

test('a process that was held up in its copy, and goes on when another has ended it, writes nothing more', async (t) => {
  const fill = 'x'.repeat(1_000);
  const [old, moved] = [sets.source, sets.destination].map((it) => it.client.db('shop').collection('c'));
  await old!.insertMany(Array.from({ length: 20_000 }, (_, n) => ({ n, fill })));
  const run = (state: string, ...more: string[]) => {
    const both = ['--source', sets.source.uri, '--destination', sets.destination.uri];
    const command = telamon('migrate', ...both, '--state-dir', join(sets.dir, state), ...more);
    t.after(() => command.child.kill('SIGKILL'));
    return command;
  };
  const first = run('one host', '--max-rate', '1MB');
  await until(
    () => moved!.countDocuments(),
    (it) => it > 0,
  );
  first.child.kill('SIGSTOP');
  const second = await run('another host', '--cutover-when-ready').ended;
  assert.equal(second.code, 0, second.err);
  assert.equal(await moved!.countDocuments(), 20_000);
  // The application has moved on.
  await moved!.deleteMany({});
  first.child.kill('SIGCONT');
  const { code, err } = await first.ended;
  assert.equal(code, 1);
  assert.match(err, /Another process has taken this migration over, or it was ended/);
  assert.equal(await moved!.countDocuments(), 0);
});

test('a process that is refused when another has taken over removes nothing of the other’s', async (t) => {
  const destination = await Deployment.connect(sets.destination.uri);
  t.after(() => destination.close());
  const [first, second] = ['first', 'second'].map((it) => new Checkpoint(destination.control, 'refused', it));
  await first!.claim();
  await second!.claim();
  const state = { stage: 'copying', at: await destination.operationTime(), token: undefined } as const;
  await second!.begin({ ...state, changes: 0, seconds: 0 }, []);
  await assert.rejects(first!.drop(), Superseded);
  assert.equal((await second!.load())?.state.stage, 'copying');
  await second!.drop();
  assert.equal(await second!.load(), undefined);
});

test('a migration whose collections could not all be noted does not begin', async (t) => {
  const destination = await Deployment.connect(sets.destination.uri);
  t.after(() => destination.close());
  const { control } = destination;
  const line = Object.create(control) as Wire;
  line.command = async (db, command) => {
    const answer = await control.command(db, command);
    const isNote = ('insert' in command || 'update' in command) && JSON.stringify(command).includes('"uuid"');
    return isNote ? { ...answer, writeErrors: [{ index: 0, code: 2, errmsg: 'refused' }] } : answer;
  };
  const checkpoint = new Checkpoint(line, 'unnoted', 'owner');
  await checkpoint.claim();
  const state = { stage: 'copying', at: await destination.operationTime(), token: undefined } as const;
  const collection = {
    ...{
      uuid: 'u',
      db: 'app',
      name: 'c',
      options: Buffer.alloc(0),
      copied: false,
      token: undefined,
      origin: undefined,
    },
    ...{ documents: 0, bytes: 0, expectedDocuments: 1, expectedBytes: 1 },
  };
  await assert.rejects(checkpoint.begin({ ...state, changes: 0, seconds: 0 }, [collection]), /refused/);
  assert.equal(await checkpoint.load(), undefined);
  await checkpoint.drop();
});

test('a claim that arrives after its sender has died takes nothing from whoever claimed since', async (t) => {
  const destination = await Deployment.connect(sets.destination.uri);
  t.after(() => destination.close());
  const { control } = destination;
  await new Checkpoint(control, 'late', 'before').claim();
  const sent = Promise.withResolvers<void>();
  const arrives = Promise.withResolvers<void>();
  const line = Object.create(control) as Wire;
  line.command = async (db, command) => {
    if ('find' in command) return control.command(db, command);
    sent.resolve();
    await arrives.promise;
    await control.command(db, command);
    throw new Error('its sender is dead');
  };
  const dying = assert.rejects(new Checkpoint(line, 'late', 'dead').claim(), /its sender is dead/);
  await sent.promise;
  const alive = new Checkpoint(control, 'late', 'alive');
  assert.equal(await alive.claim(), true);
  arrives.resolve();
  await dying;
  await alive.own();
  await alive.drop();
});

test('an owner whose claim was done and its answer lost still minds whom it took the migration from', async (t) => {
  const destination = await Deployment.connect(sets.destination.uri);
  t.after(() => destination.close());
  const { control } = destination;
  await new Checkpoint(control, 'unheard', 'before').claim();
  const line = Object.create(control) as Wire;
  line.command = async (db, command) => {
    const answer = await control.command(db, command);
    if ('update' in command) throw new Error('the answer is lost');
    return answer;
  };
  await assert.rejects(new Checkpoint(line, 'unheard', 'after').claim(), /the answer is lost/);
  const after = new Checkpoint(control, 'unheard', 'after');
  assert.equal(await after.claim(), true);
  await after.drop();
});

test('a migration that begins while another one ends is not disturbed by it', async (t) => {
  const destination = await Deployment.connect(sets.destination.uri);
  t.after(() => destination.close());
  const [one, other] = await destination.openMany(2);
  for (let round = 0; round < 40; round++) {
    const ending = new Checkpoint(one!, 'ending', `owner ${round}`);
    const beginning = new Checkpoint(other!, `beginning ${round}`, `owner ${round}`);
    await ending.claim();
    // Each time a little later in what the other one does at its end.
    const begins = wait(round / 2).then(() => beginning.claim());
    await Promise.all([ending.drop(), begins]);
    await beginning.own();
    await beginning.drop();
  }
  const { databases } = await sets.destination.client.db('admin').admin().listDatabases({ nameOnly: true });
  assert.ok(databases.every((it) => it.name !== 'telamon_migration'));
});
