// TLS on Telamon's own port: who speaks it is served, the operator's commands go on, and wrong files are named.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { telamonOnce } from '../../demo/children.ts';
import { certificate } from '../certificate.ts';
import { fails, processesWith, startUp, temporary } from './children.ts';

test('with a certificate callers speak TLS, and nothing else; commands of the operator need not know it', async (t) => {
  const dir = temporary(t);
  const { cert, key } = certificate(dir);
  const data = join(dir, 'data');
  const files = ['--host', 'localhost', '--tls-cert', cert, '--tls-key', key];
  const { child, made } = await startUp(t, data, ...files);
  assert.match(made.url, /^https:\/\/localhost:\d+$/);

  const basic = `${made.clientId}:${made.clientSecret}`;
  const token = await ask(
    `${made.url}/api/oauth/token`,
    cert,
    { method: 'POST', auth: basic },
    'grant_type=client_credentials',
  );
  const headers = { authorization: `Bearer ${token.access_token}`, accept: 'application/vnd.atlas.2025-03-12+json' };
  const org = await ask(`${made.url}/api/atlas/v2/orgs/${made.orgId}`, cert, { headers });
  assert.equal(org.links[0].href, `${made.url}/api/atlas/v2/orgs/${made.orgId}`);
  await assert.rejects(fetch(made.url.replace('https', 'http')), 'plain text is not answered');
  assert.match(await telamonOnce(['env', '--data', data]), new RegExp(`MONGODB_ATLAS_BASE_URL=['"]?${made.url}`));
  await child.stop();
  assert.equal(child.process.exitCode, 0);
  assert.deepEqual(processesWith(dir), []);
});

test('files that are no pair are named, and nothing has begun', async (t) => {
  const dir = temporary(t);
  const { cert, key } = certificate(dir);
  const nonsense = join(dir, 'nonsense');
  writeFileSync(nonsense, 'nonsense');
  const cases: [string[], RegExp][] = [
    [['--tls-cert', cert], /--tls-cert and --tls-key go together/],
    [['--tls-cert', join(dir, 'none'), '--tls-key', key], /--tls-cert .*none cannot be read \(ENOENT\)/],
    [['--tls-cert', cert, '--tls-key', nonsense], /are no certificate with its private key, both PEM/],
  ];
  for (const [args, message] of cases) {
    const { said, code } = await fails(['up', '--port', '0', '--data', join(dir, 'data'), ...args]);
    assert.equal(code, 1);
    assert.match(said, message);
  }
});

// biome-ignore lint/suspicious/noExplicitAny: what the test looks at it knows to be there
async function ask(url: string, ca: string, options: object, body = ''): Promise<any> {
  const sent = request(url, { ca: readFileSync(ca), ...options });
  if (body) sent.setHeader('content-type', 'application/x-www-form-urlencoded');
  sent.end(body);
  const [response] = await once(sent, 'response');
  const text = (await response.toArray()).join('');
  assert.equal(response.statusCode, 200, text);
  return JSON.parse(text);
}
