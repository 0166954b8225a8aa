import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Sets, startSets } from '../../testing/migration/fixture.ts';
import { startProxy } from '../../testing/migration/proxy.ts';
import { Deployment } from './deployment.ts';

let sets: Sets;
before(async () => {
  sets = await startSets();
});
after(() => sets.end());

test('a deployment whose lines break is closed at once, whatever was on them', { timeout: 60_000 }, async (t) => {
  const line = await startProxy(sets.source.spec.port);
  t.after(() => line.close());
  for (let round = 0; round < 40; round++) {
    const deployment = await Deployment.connect(sets.source.through(line.port));
    await deployment.openMany(6);
    const { topologyVersion } = deployment.hello;
    const waits = deployment.command('admin', { hello: 1, topologyVersion, maxAwaitTimeMS: 10_000 });
    line.hangUp();
    await assert.rejects(waits, { name: 'ConnectionLost' });
    await deployment.close();
  }
});

test('a line that goes dead while somebody logs in is given up', { timeout: 60_000 }, async (t) => {
  const line = await startProxy(sets.source.spec.port);
  t.after(() => line.close());
  const uri = sets.source.through(line.port);
  const deployment = await Deployment.connect(uri, { timeoutMS: 1_000 });
  t.after(() => deployment.close());
  line.silenceAt('saslContinue');
  await assert.rejects(deployment.open(), { name: 'MongoNetworkTimeoutError' });
  await assert.rejects(Deployment.connect(uri, { timeoutMS: 1_000 }), { name: 'MongoNetworkTimeoutError' });
});

test('a connection that is there only after its deployment was closed does not stay open', {
  timeout: 60_000,
}, async () => {
  const deployment = await Deployment.connect(sets.source.uri);
  const opening = deployment.open();
  await deployment.close();
  const late = await opening;
  await assert.rejects(late.command('admin', { ping: 1 }), { name: 'ConnectionLost' });
});
