// What Atlas offers and this server does not is an unknown path or method to whoever asks, in every version and format
// that Atlas has of it: clients understand that, and nothing of it is an error of ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '../house.ts';
import { newProject } from '../places.ts';
import { notOffered, skipPublished } from './not-offered.ts';

const { open } = harness();

test('a call that is not offered is refused as unknown in each media type, and to strangers as anything is', {
  skip: skipPublished,
}, async () => {
  const house = await open();
  const groupId = await newProject(house);
  const { access_token: token } = (
    await house.app.inject({
      ...{ method: 'POST', url: '/api/oauth/token', payload: 'grant_type=client_credentials' },
      headers: {
        authorization: `Basic ${Buffer.from(`${house.owner.clientId}:${house.owner.clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
    })
  ).json();
  const missing = notOffered(house.operations).flatMap((it) => it.missing);
  assert.ok(missing.length > 100);
  const wrong: string[] = [];
  for (const { method, path, mediaTypes, hasBody } of missing) {
    const url = `/api/atlas/v2${path
      .replaceAll('{orgId}', house.owner.orgId)
      .replaceAll('{groupId}', groupId)
      .replaceAll(/\{\w+\}/g, 'a'.repeat(24))}`;
    const payload = hasBody ? '{"a":1}' : undefined;
    for (const type of [...mediaTypes, 'application/json', 'text/html', '']) {
      const headers = { ...(type && { accept: type }), ...(payload && { 'content-type': type || 'text/plain' }) };
      const ask = (authorization?: string) =>
        house.app.inject({
          ...{ method: method as 'GET', url, payload },
          headers: { ...headers, ...(authorization && { authorization }) },
        });
      const [stranger, known] = await Promise.all([ask(), ask(`Bearer ${token}`)]);
      const about = `${method} ${path} ${type}`;
      if (stranger.statusCode !== 401) wrong.push(`${about}: a stranger gets ${stranger.statusCode}`);
      const { error, errorCode, detail, parameters, reason } = known.json();
      const expected =
        known.statusCode === 405
          ? [405, 'METHOD_NOT_ALLOWED', 'Method Not Allowed']
          : [404, 'RESOURCE_NOT_FOUND', 'Not Found'];
      const told = [error, errorCode, reason].join() === expected.join() && detail && parameters.length === 1;
      const says = known.headers['x-error-code'] === errorCode && /json/.test(String(known.headers['content-type']));
      if (known.statusCode !== expected[0] || !told || !says)
        wrong.push(`${about}: ${known.statusCode} ${known.payload}`);
      if (known.statusCode === 405 && !known.headers.allow) wrong.push(`${about}: 405 without Allow`);
    }
  }
  assert.deepEqual(wrong, []);
});
