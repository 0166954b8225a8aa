// The order of a capped collection is its content too, and what falls out of it follows from its order.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BSON } from 'mongodb';
import { type Sets, startSets } from '../../testing/migration/fixture.ts';
import { Applier } from './apply.ts';
import { idOf } from './bson.ts';
import { WirePool } from './copy.ts';
import { Deployment } from './deployment.ts';
import { SourceCollection } from './source-collection.ts';
import { Window } from './window.ts';
import { Writes } from './writes.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

const change = (kind: string, document: { _id: number; v?: number }) => {
  const bytes = Buffer.from(BSON.serialize(document));
  const id = idOf(bytes, 0);
  const nowhere = { diff: undefined, to: undefined, description: undefined, token: () => Buffer.alloc(0) };
  return { kind, uuid: 'u', db: 'app', name: 'c', idType: id.type, id: id.value, document: bytes, ...nowhere };
};
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ _id: from + n }));

test('what was copied before its turn came stands where the source made it, and nothing else falls out', async (t) => {
  const db = sets.destination.client.db('app');
  const collection = await db.createCollection<{ _id: number; v?: number }>('c', {
    ...{ capped: true, size: 1 << 20, max: 50 },
  });
  // The last of what the source held when the copy began, and some of what it made since.
  await collection.insertMany([...numbers(58, 100), ...numbers(200, 208)]);
  const deployment = await Deployment.connect(sets.destination.uri);
  t.after(() => deployment.close());
  const pool = new WirePool([await deployment.open()]);
  const writes = new Writes(
    pool,
    pool,
    async () => {},
    () => assert.fail('nothing is read again'),
    deployment.pool,
  );
  const target = { source: new SourceCollection('u', 'app', 'c'), db: 'app', name: 'c', capped: true };

  const first = new Window(false);
  for (const it of numbers(190, 203)) first.add(change('insert', it));
  first.add(change('replace', { _id: 99, v: 1 }));
  await new Applier(writes).apply(first, () => target);
  const second = new Window(false);
  for (const it of numbers(203, 230)) second.add(change('insert', it));
  await new Applier(writes).apply(second, () => target);

  const expected = [...numbers(90, 99), { _id: 99, v: 1 }, ...numbers(190, 230)];
  assert.deepEqual(await collection.find().toArray(), expected);
});
