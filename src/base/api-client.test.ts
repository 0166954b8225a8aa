import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createApiClient } from './api-client.ts';

test('an answer that does not come, or not to its end, is given up', { timeout: 20_000 }, async (t) => {
  const server = createServer((request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-type': 'application/json' }).write('{"a":');
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const api = createApiClient(`http://127.0.0.1:${port}`, { username: 'u', password: 'p' }, { limitMs: 200 });
  for (const path of ['/none', '/half']) await assert.rejects(api.call('GET', path), { name: 'TimeoutError' });
});
