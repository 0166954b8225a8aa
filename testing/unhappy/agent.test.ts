// What an agent says, and what it survives without a migration.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Atlas, atlas } from '../../demo/atlas.ts';
import { telamon } from '../../demo/children.ts';
import { mongodCache } from '../../src/main/up.ts';
import { findMongod, freePort } from '../../src/mongod/index.ts';
import { type Source, startSource } from '../migration/chaos/source.ts';
import { agentsOf } from './agents.ts';
import { fails, kill9, type Made, startUp, temporary } from './children.ts';

const cleanups: (() => unknown)[] = [];
const shared = { after: ((what: () => unknown) => void cleanups.push(what)) as never };
let dir: string;
let made: Made;
let api: Atlas;
let source: Source;

before(async () => {
  dir = temporary(shared);
  ({ made } = await startUp(shared, join(dir, 'data')));
  api = atlas(made.url, made.url, made);
  const { path } = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  source = await startSource(join(dir, 'source'), path, 1);
  cleanups.push(source.end);
});

after(async () => {
  for (let it = cleanups.pop(); it; it = cleanups.pop()) await it();
});

const { newToken, dropLinks, agentArgs } = agentsOf(() => ({ api, orgId: made.orgId, dir, uri: source.uri }));

test('an agent that cannot begin says why and what to do', async () => {
  const token = await newToken();
  const cases: [string[], RegExp][] = [
    [
      ['agent', '--token', 'nonsense', '--deployment', 'a=mongodb://x'],
      /This is not a link token\. Copy the whole text/,
    ],
    [['agent', '--token', token], /Name at least one deployment with --deployment/],
    [['agent', '--token', token, '--deployment', 'shop'], /A deployment is given as name=mongodb:\/\//],
    [['agent', '--token', token, '--deployment', 'shop=http://x'], /Deployment shop: .*scheme/i],
    [
      agentArgs(token, source.uri.replace('m%40ver', 'wrong')),
      /Deployment shop: the username or password is not correct/,
    ],
    [
      agentArgs(token, `mongodb://127.0.0.1:${await freePort()}/`),
      /Deployment shop cannot be reached: .*ECONNREFUSED.*Check its address/s,
    ],
    [
      agentArgs(await newToken(['10.9.8.7'])),
      /not allowed to access this resource\. Ask for a link token whose accessListIps/,
    ],
  ];
  for (const [args, message] of cases) {
    const { said, code } = await fails(args);
    assert.match(said, message);
    assert.equal(code, 1, said);
    assert.doesNotMatch(said, /at .*\.ts:\d+/, 'no stack for what the user can mend');
  }
  await dropLinks();
});

test('a token serves one agent; its deletion ends that agent at once', async (t) => {
  const token = await newToken();
  const first = telamon(agentArgs(token), () => {});
  t.after(first.stop);
  await first.line((text) => text.startsWith('Linked'));
  const other = await fails(agentArgs(token, source.uri, 'other agent'));
  assert.equal(other.code, 1);
  assert.match(other.said, /already used by another agent/);
  await kill9(first);
  const again = telamon(agentArgs(token), () => {});
  t.after(again.stop);
  await again.line((text) => text.startsWith('Linked'));
  const ended = once(again.process, 'exit');
  const began = Date.now();
  await dropLinks();
  await again.line((text) => text.includes('The link was deleted'));
  const [code] = await ended;
  assert.equal(code, 1);
  assert.ok(Date.now() - began < 3_000, `${Date.now() - began} ms`);
});

test('an agent that is started again while a source is down waits for it, and goes on hearing of what is ordered', async (t) => {
  const token = await newToken();
  const first = telamon(agentArgs(token), () => {});
  t.after(first.stop);
  await first.line((text) => text.startsWith('Linked'));
  await kill9(first);
  const start = await source.killPrimary();
  const again = telamon(agentArgs(token), () => {});
  t.after(again.stop);
  await again.line((text) => text.includes('Deployment shop cannot be reached'));
  await start();
  await dropLinks();
  await again.line((text) => text.includes('The link was deleted'));
});
