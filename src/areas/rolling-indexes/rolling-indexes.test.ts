import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { harness } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';

const { open } = harness();

test('indexes are built on a cluster, or told to have failed; none in the databases that are mongod’s own', async (t) => {
  const house = await open({ running: true });
  const groupId = await newProject(house);
  const { connectionStrings } = await newCluster(house, groupId, 'c');
  const path = `/groups/${groupId}/clusters/c/index`;
  const ask = (db: string, collection: string, more: object = {}) =>
    house.api('POST', path, { db, collection, keys: [{ at: '1' }, { place: '2dsphere' }], ...more });

  const wrong: [string, string, RegExp][] = [
    ['admin', 'system.users', /db admin/],
    ['config', 'c', /db config/],
    ['local', 'oplog.rs', /db local/],
    ['a.b', 'c', /db a\.b/],
    ['shop', '$cmd', /collection \$cmd/],
  ];
  for (const [db, collection, detail] of wrong) {
    const refused = await ask(db, collection);
    assert.deepEqual([refused.status, refused.body.errorCode], [400, 'VALIDATION_ERROR']);
    assert.match(refused.body.detail, detail);
  }
  assert.equal(await house.state.db.collection('wantedIndexes').countDocuments(), 0);

  assert.equal((await ask('shop', 'visits')).status, 202);
  assert.equal((await ask('shop', 'visits', { keys: [{ at: 'sideways' }] })).status, 202);
  const kinds = ['ROLLING_INDEX_SUCCESS_INDEX_BUILD', 'ROLLING_INDEX_FAILED_INDEX_BUILD'];
  const told = `/groups/${groupId}/events?${kinds.map((it) => `eventType=${it}`).join('&')}`;
  const { body } = await until(
    () => house.api('GET', told),
    (it) => it.body.totalCount === 2,
  );
  assert.deepEqual(body.results.map((it: { eventTypeName: string }) => it.eventTypeName).sort(), kinds.toSorted());
  const roles = [{ roleName: 'readAnyDatabase', databaseName: 'admin' }];
  const user = { username: 'u', password: 'a-password', databaseName: 'admin', roles };
  await house.api('POST', `/groups/${groupId}/databaseUsers`, user);
  await house.api('POST', `/groups/${groupId}/accessList`, [{ ipAddress: '127.0.0.1' }]);
  const client = new MongoClient(connectionStrings.standard.replace('//', '//u:a-password@'));
  t.after(() => client.close());
  const indexes = await until(
    () =>
      client
        .db('shop')
        .collection('visits')
        .indexes()
        .catch(() => []),
    (it) => it.length > 0,
  );
  assert.deepEqual(
    indexes.map((it) => it.key),
    [{ _id: 1 }, { at: 1, place: '2dsphere' }],
  );
});
