import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { harness } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { insertMissing } from './controller.ts';
import { documentsOf, sampleDatabases } from './datasets.ts';

const { open } = harness();

test('sample data and an index reach a real cluster; a second load leaves what users have made of it', async () => {
  const house = await open({ running: true });
  const groupId = await newProject(house);
  const { connectionStrings } = await newCluster(house, groupId, 'c');
  const user = { databaseName: 'admin', username: 'u', password: 'password-1' };
  const roles = [{ databaseName: 'admin', roleName: 'readWriteAnyDatabase' }];
  await house.api('POST', `/groups/${groupId}/databaseUsers`, { ...user, roles });
  const load = async () => {
    const asked = await house.api('POST', `/groups/${groupId}/sampleDatasetLoad/c`);
    assert.deepEqual([asked.status, asked.body.state, asked.body.completeDate], [201, 'WORKING', null]);
    const ask = async () => (await house.api('GET', `/groups/${groupId}/sampleDatasetLoad/${asked.body._id}`)).body;
    const ended = await until(ask, (it) => it.state !== 'WORKING');
    assert.deepEqual([ended.state, ended.errorMessage], ['COMPLETED', null]);
  };
  await load();
  const client = new MongoClient(connectionStrings.standard.replace('//', '//u:password-1@'));
  try {
    const movies = client.db('sample_mflix').collection('movies');
    await until(
      () => movies.countDocuments().catch(() => 0),
      (it) => it > 0,
    );
    for (const database of sampleDatabases)
      for (const { name, count } of database.collections)
        assert.equal(await client.db(database.name).collection(name).countDocuments(), count, name);
    const one = (await movies.findOneAndUpdate({}, { $set: { title: 'Mine' } }))!;
    await movies.deleteOne({ _id: { $ne: one._id } });
    await load();
    assert.equal((await movies.findOne({ _id: one._id }))!.title, 'Mine');
    assert.equal(await movies.countDocuments(), 3_000);

    const index = { db: 'sample_mflix', collection: 'users', keys: [{ name: '1' }], options: { sparse: true } };
    const asked = await house.api('POST', `/groups/${groupId}/clusters/c/index`, index);
    assert.deepEqual([asked.status, asked.body], [202, {}]);
    await until(
      () => client.db('sample_mflix').collection('users').indexes(),
      (it) => it.some((made) => made.key.name === 1 && made.sparse === true),
    );
    const told = `/groups/${groupId}/events?eventType=ROLLING_INDEX_SUCCESS_INDEX_BUILD`;
    await until(
      async () => (await house.api('GET', told)).body.totalCount,
      (it) => it === 1,
    );
  } finally {
    await client.close();
  }
});

test('the same documents at every load', () => {
  const [movies] = sampleDatabases[0]!.collections;
  assert.deepEqual([...documentsOf(movies!, 7)], [...documentsOf(movies!, 7)]);
});

test('documents that are there are passed over, and what else goes wrong is not hidden by them', async () => {
  const { state } = await open();
  const collection = await state.db.createCollection<{ _id: number; n: number }>('x', { validator: { n: { $lt: 2 } } });
  await collection.insertOne({ _id: 1, n: 0 });
  const insert = (...documents: { _id: number; n: number }[]) => insertMissing(collection as never, documents);
  await insert({ _id: 1, n: 1 }, { _id: 2, n: 1 });
  assert.deepEqual(await collection.find().sort({ _id: 1 }).toArray(), [
    { _id: 1, n: 0 },
    { _id: 2, n: 1 },
  ]);
  await assert.rejects(insert({ _id: 1, n: 1 }, { _id: 3, n: 5 }, { _id: 4, n: 1 }), /duplicate key|validation/);
});
