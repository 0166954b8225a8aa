// `npm run bench:api`: authenticated calls beside a bare Fastify route on the same store and beside prism, in one run.
// `-- --json` ends with one JSON line, `-- --write` writes the section of docs/performance.md. Ratios are what counts: everything shares this machine.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { MongoClient } from 'mongodb';
import { oauthToken } from '../demo/atlas.ts';
import { telamon } from '../demo/children.ts';
import { mongodCache } from '../src/main/up.ts';
import {
  ensureReplicaSet,
  findMongod,
  freePort,
  removeMember,
  replicaSetUri,
  startMember,
  writeKeyFile,
} from '../src/mongod/index.ts';
import type { Load, Loaded } from './api-load.ts';
import { apiSection } from './api-section.ts';
import { ended, startPrism } from './prism.ts';
import { writeSection } from './section.ts';
import { spread } from './tools.ts';

// Prism knows the exact versions alone.
const ACCEPT = 'application/vnd.atlas.2023-01-01+json';
const ACCEPT_POST = 'application/vnd.atlas.2024-08-05+json';
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
const CONNECTIONS = 20;
const [FEW, MANY, BATCH] = [100, 100_000, 10_000];

const say = (line: string) => void process.stderr.write(`${line}\n`);
const root = mkdtempSync(join(tmpdir(), 'telamon-bench-api-'));
const undo: (() => Promise<unknown>)[] = [];

/** A replica set of one, which Telamon and the bare route share. */
async function startStore(): Promise<string> {
  const { path: mongod } = await findMongod({ cacheDir: mongodCache(), log: say });
  const [keyFile, replSet, port] = [join(root, 'key'), 'bench', await freePort()];
  writeKeyFile(keyFile, Buffer.alloc(96, 7).toString('base64'));
  const member = { name: 'store', dir: join(root, 'store'), port, replSet, keyFile, mongod, cacheGB: 0.5 };
  await startMember(member);
  undo.push(() => removeMember(member));
  const set = { replSet, members: [{ host: '127.0.0.1', port }], admin: { user: 'bench', password: 'bench' } };
  await ensureReplicaSet(set);
  const uri = new URL(replicaSetUri({ ...set, ...set.admin, authSource: 'admin' }));
  uri.pathname = '/telamon';
  return uri.href;
}

/** The first line a child prints; fails when it ends without one. */
function firstLine(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnargs[1]} ended with ${code} and said nothing`)));
  });
}

async function startBare(uri: string, orgId: string): Promise<string> {
  const file = new URL('bare.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, uri, orgId], { stdio: ['ignore', 'pipe', 'inherit'] });
  undo.push(() => ended(child));
  return `${await firstLine(child)}/orgs/${orgId}`;
}

async function load(wanted: Omit<Load, 'seconds' | 'connections'>): Promise<Loaded> {
  const file = new URL('api-load.ts', import.meta.url).pathname;
  const about: Load = { seconds: SECONDS, connections: CONNECTIONS, ...wanted };
  const child = spawn(process.execPath, [file, JSON.stringify(about)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const loaded: Loaded = JSON.parse(await firstLine(child));
  if (loaded.failures)
    throw new Error(`${wanted.url}: ${loaded.failures} calls failed, the first with ${loaded.failure}`);
  return loaded;
}

async function measure() {
  const uri = await startStore();
  const child = telamon(
    ['up', '--json', '--port', '0', '--no-rate-limits', '--data', join(root, 'data'), '--state', uri],
    say,
  );
  undo.push(() => child.stop());
  const made = JSON.parse(await child.line((text) => text.startsWith('{')));
  const bareUrl = await startBare(uri, made.orgId);
  const prism = await startPrism(say);
  if (prism) undo.push(prism.stop);

  const accept = { accept: ACCEPT };
  const digest = { username: made.publicKey, password: made.privateKey };
  const token = await oauthToken(made.url, made.clientId, made.clientSecret);
  const bearer = { ...accept, authorization: `Bearer ${token}` };
  const getPath = `/api/atlas/v2/orgs/${made.orgId}`;
  // What an organization may have any number of.
  const about = { name: 'bench %', description: 'made by a benchmark', roles: ['ORG_MEMBER'] };
  const post = { method: 'POST' as const, body: JSON.stringify({ ...about, secretExpiresAfterHours: 8 }) };
  const sent = { accept: ACCEPT_POST, 'content-type': ACCEPT_POST };
  const postPath = `${getPath}/serviceAccounts`;
  const runs: Record<string, () => Promise<Loaded>> = {
    bare: () => load({ url: bareUrl, headers: {} }),
    getDigest: () => load({ url: made.url + getPath, headers: accept, digest }),
    getBearer: () => load({ url: made.url + getPath, headers: bearer }),
    postDigest: () => load({ url: made.url + postPath, headers: sent, digest, ...post }),
    postBearer: () => load({ url: made.url + postPath, headers: { ...bearer, ...sent }, ...post }),
    ...(prism && {
      prismGet: () => load({ url: prism.url + getPath, headers: bearer }),
      prismPost: () => load({ url: prism.url + postPath, headers: { ...bearer, ...sent }, ...post }),
    }),
  };
  const results: Record<string, Loaded[]> = {};
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, run] of Object.entries(runs)) {
      const loaded = await run();
      results[name] ??= [];
      results[name].push(loaded);
      say(`  ${name}: ${loaded.perSecond}/s, p99 ${loaded.p99Ms.toFixed(1)} ms`);
    }
  const lists = await measureLists(uri, made.orgId, () =>
    load({ url: `${made.url}/api/atlas/v2/groups`, headers: bearer }),
  );
  return { results, lists };
}

/**
 * List calls per second of somebody who sees as many projects as an organization may have in a page, with nothing else
 * in the store and with many projects of other organizations.
 */
async function measureLists(uri: string, orgId: string, run: () => Promise<Loaded>) {
  const client = await new MongoClient(uri).connect();
  try {
    const projects = client.db().collection<{ _id: string; orgId: string }>('projects');
    const fill = async (from: number, to: number, orgOf: (n: number) => string) => {
      const made = Array.from({ length: to - from }, (_, i) => {
        const _id = (from + i).toString(16).padStart(24, '0');
        return { _id, orgId: orgOf(from + i), name: `p ${_id}`, created: new Date(), tags: [], settings: {}, held: 0 };
      });
      await projects.insertMany(made);
    };
    await fill(0, FEW, () => orgId);
    const few = (await run()).perSecond;
    for (let n = FEW; n < MANY; n += BATCH)
      await fill(n, Math.min(MANY, n + BATCH), (it) => `f${Math.floor(it / 100)}`.padEnd(24, '0'));
    const many = (await run()).perSecond;
    say(`  lists: ${few}/s with ${FEW} projects, ${many}/s with ${MANY}`);
    return { few, many };
  } finally {
    await client.close();
  }
}

async function tidy(): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
  rmSync(root, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void tidy().finally(() => process.exit(130)));

try {
  const { results, lists } = await measure();
  const median = Object.fromEntries(
    Object.entries(results).map(([name, all]) => [
      name,
      { perSecond: spread(all.map((it) => it.perSecond)).median, p99Ms: spread(all.map((it) => it.p99Ms)).median },
    ]),
  );
  const ratio = (one: string, other: string) =>
    median[other] && Number((median[one]!.perSecond / median[other].perSecond).toFixed(2));
  const figures = {
    vsBareRoute: { digest: ratio('getDigest', 'bare'), bearer: ratio('getBearer', 'bare') },
    vsPrism: { get: ratio('getBearer', 'prismGet'), post: ratio('postBearer', 'prismPost') },
    listsManyToFew: Number((lists.many / lists.few).toFixed(2)),
    connections: CONNECTIONS,
    lists,
    calls: median,
  };
  if (process.argv.includes('--write')) writeSection(apiSection(figures));
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else console.log(figures);
} finally {
  await tidy();
}
