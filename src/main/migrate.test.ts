import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { type Sets, startSets } from '../../testing/migration/fixture.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function telamon(...args: string[]): {
  child: ChildProcess;
  line(holds: RegExp): Promise<string>;
  ended: Promise<Ended>;
} {
  const child = spawn(process.execPath, ['bin/telamon.js', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const all: Ended = { code: null, out: '', err: '' };
  child.stdout!.setEncoding('utf8').on('data', (text) => {
    all.out += text;
  });
  const lines = createInterface(child.stderr!);
  lines.on('line', (text) => {
    all.err += `${text}\n`;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ ...all, code })));
  const line = (holds: RegExp) =>
    new Promise<string>((resolve, reject) => {
      lines.on('line', (text) => holds.test(text) && resolve(text));
      ended.then((it) => reject(new Error(`it ended: ${it.err}`)));
    });
  return { child, line, ended };
}

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

test('what cannot work is said in one line', async () => {
  const nowhere = await telamon('verify', '--source', sets.source.uri, '--destination', 'nonsense').ended;
  assert.equal(nowhere.code, 2);
  const bad = await telamon('migrate', '--source', 'nonsense', '--destination', sets.destination.uri).ended;
  assert.equal(bad.code, 1);
  assert.match(bad.err, /^telamon: --source is not a connection string: .*\n$/);
  const none = await telamon('cutover', '0123456789ab', '--state-dir', sets.dir).ended;
  assert.equal(none.code, 1);
  assert.match(none.err, /No migration 0123456789ab is running here\.\n$/);
});
