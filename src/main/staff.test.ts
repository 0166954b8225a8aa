import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSilent } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { harness } from '../../testing/house.ts';

const { open } = harness();
const dir = mkdtempSync(join(tmpdir(), 'telamon-staff-'));
const TELAMON_STAFF_LOGIN = join(dir, 'login.json');
after(() => rmSync(dir, { recursive: true, force: true }));

/** What `telamon staff ...args` prints of what went wrong; it must go wrong. */
async function wrong(args: string[], more: NodeJS.ProcessEnv = { TELAMON_STAFF_PASSWORD: 'x' }): Promise<string> {
  const { TELAMON_STAFF_PASSWORD: _, ...env } = process.env;
  const child = spawn(process.execPath, ['bin/telamon.js', 'staff', ...args], {
    ...{ env: { ...env, TELAMON_STAFF_LOGIN, ...more }, stdio: ['ignore', 'ignore', 'pipe'] },
  });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 1, said);
  assert.doesNotMatch(said, /\n\s+at /, 'no trace of a stack');
  return said;
}

test('a login whose input ends before the password says what to do', async () => {
  const said = await wrong(['login', 'http://127.0.0.1:1', 'staff-nobody'], {});
  assert.match(said, /No password came\. Type it, or set TELAMON_STAFF_PASSWORD\./);
});

test('a login that cannot succeed says why, and what to do next', async (t) => {
  const house = await open();
  const url = await house.app.listen({ port: 0, host: '127.0.0.1' });
  const other = createServer((_request, response) => response.writeHead(404).end('nothing')).listen(0, '127.0.0.1');
  const silent = createSilent((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await Promise.all([once(other, 'listening'), once(silent, 'listening')]);
  t.after(() => {
    other.close();
    silent.close();
  });
  const at = (it: typeof silent | typeof other) => `http://127.0.0.1:${(it.address() as AddressInfo).port}`;
  const login = (address: string) => wrong(['login', address, 'staff-nobody']);
  for (const address of ['127.0.0.1:8080', 'localhost:8080', 'ftp://localhost', 'http://'])
    assert.match(await login(address), /is no address\. Write it as `telamon up` printed it/, address);
  assert.match(await login(url), /knows no staff-nobody with this password.*`telamon staff create`/);
  assert.match(await login(at(other)), /is no Telamon \(404\)\. Log in with the address/);
  assert.match(await login(at(silent)), /cannot be reached \(.+\)\. Check the address/);
  assert.match(await wrong(['clusters']), /Nobody is logged in\. Begin with/);
  writeFileSync(TELAMON_STAFF_LOGIN, '{');
  assert.match(await wrong(['clusters']), /is damaged\. Log in anew with/);
});
