import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../house.ts';
import { isPublishedHere, loadPublished } from './published.ts';

const { open } = harness();
const skip = isPublishedHere ? false : 'the published interface is not beside the repository';

test('every operation that is mounted is recognised by who knows the published interface alone', { skip }, async () => {
  const house = await open();
  const base = await house.app.listen({ port: 0, host: '127.0.0.1' });
  const published = await loadPublished();
  const results = await published.coverage(base, house.owner);
  assert.deepEqual(
    results.filter((it) => !it.challenged).map((it) => it.operationId),
    [],
    'strangers are told to sign in, whatever they ask for',
  );
  const recognised = new Set(results.filter((it) => it.recognised).map((it) => it.operationId));
  const mounted = house.operations.filter((it) => it.surface !== 'telamon' && it.id !== 'getSystemStatus');
  assert.deepEqual(
    mounted.map((it) => it.id).filter((id) => !recognised.has(id)),
    [],
  );
  // An operation of ours that the published interface does not have would be a misspelt one.
  const names = new Set(results.map((it) => it.operationId));
  assert.deepEqual(
    mounted.map((it) => it.id).filter((id) => !names.has(id)),
    [],
  );
  // What is not implemented is an unknown path or method, never an error of ours.
  for (const { operationId, status, recognised: is } of results)
    if (!is) assert.ok(status === 404 || status === 405, `${operationId} ${status}`);
});
