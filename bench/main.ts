// `npm run bench`: the figures of docs/performance.md. `-- --json` ends with one JSON line, `-- --write` writes the page.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { atlas, oauthToken } from '../demo/atlas.ts';
import { type Child, telamon } from '../demo/children.ts';
import { startSource } from '../demo/source.ts';
import { mongodCache } from '../src/main/up.ts';
import { findMongod } from '../src/mongod/index.ts';
import { replicaSet } from '../testing/places.ts';
import { until } from '../testing/wait.ts';
import { benchCopy, fillSource } from './copy.ts';
import { type Figures, page } from './page.ts';
import { writeBeginning } from './section.ts';
import { load, residentMB, spread } from './tools.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const root = mkdtempSync(join(tmpdir(), 'telamon-bench-'));
const undo: (() => Promise<unknown>)[] = [];

interface Up {
  child: Child;
  // biome-ignore lint/suspicious/noExplicitAny: the line that `up --json` prints
  made: any;
  ms: number;
}

async function up(data: string): Promise<Up> {
  const began = performance.now();
  const child = telamon(['up', '--json', '--port', '0', '--no-rate-limits', '--data', data], () => {});
  const made = JSON.parse(await child.line((text) => text.startsWith('{')));
  return { child, made, ms: performance.now() - began };
}

async function measure(): Promise<Figures> {
  const mongod = await findMongod({ cacheDir: mongodCache(), log: say });
  const data = join(root, 'data');
  say('boot with an existing data directory ...');
  let { child, made } = await up(data);
  const boots: number[] = [];
  for (let n = 0; n < 5; n++) {
    await child.stop();
    const again = await up(data);
    ({ child, made } = again);
    boots.push(again.ms);
  }
  undo.push(() => child.stop());

  const api = atlas(made.url, made.url, made);
  const { id: groupId } = await api.call('POST', '/groups', { name: 'bench', orgId: made.orgId });
  const clusters = `/groups/${groupId}/clusters`;
  const stateOf = (name: string) =>
    api.call('GET', `${clusters}/${name}`).then(
      (it) => it.stateName as string,
      (error) => error.code as string,
    );
  const make = async (name: string, nodes: number) => {
    const began = performance.now();
    await api.call('POST', clusters, replicaSet(name, nodes));
    await until(
      () => stateOf(name),
      (it) => it === 'IDLE',
      60_000,
    );
    return performance.now() - began;
  };
  const drop = async (name: string) => {
    await api.call('DELETE', `${clusters}/${name}`);
    await until(
      () => stateOf(name),
      (it) => it === 'CLUSTER_NOT_FOUND',
      60_000,
    );
  };
  undo.push(async () => {
    for (const it of (await api.call('GET', clusters)).results) await drop(it.name);
  });
  const idle: Record<1 | 3, number[]> = { 1: [], 3: [] };
  for (const nodes of [3, 1] as const) {
    say(`cluster of ${nodes} to IDLE ...`);
    for (let n = 0; n < 3; n++) {
      idle[nodes].push(await make(`c${nodes}${n}`, nodes));
      if (nodes === 3 || n < 2) await drop(`c${nodes}${n}`);
    }
  }

  say('authenticated GETs ...');
  const where = [made.url, `/api/atlas/v2/orgs/${made.orgId}`, '10', '20'];
  const digest = await load(...where, 'digest', made.publicKey, made.privateKey);
  const bearer = await load(...where, 'bearer', await oauthToken(made.url, made.clientId, made.clientSecret));

  say('copy ...');
  const source = await startSource(join(root, 'source'), mongod);
  undo.push(source.end);
  await fillSource(source.client, say);
  const user = { username: 'bench', password: 'bench-password' };
  const roles = ['readWriteAnyDatabase', 'atlasAdmin'].map((roleName) => ({ roleName, databaseName: 'admin' }));
  await api.call('POST', `/groups/${groupId}/databaseUsers`, { ...user, databaseName: 'admin', roles });
  const { connectionStrings } = await api.call('GET', `${clusters}/c12`);
  const destination = connectionStrings.standard.replace('//', `//${user.username}:${user.password}@`);
  await until(
    () => canWrite(destination),
    (it) => it,
    20_000,
  );
  const copy = await benchCopy(source.uri, destination);

  say('memory ...');
  const { linkToken } = await api.call('POST', `/orgs/${made.orgId}/liveMigrations/linkTokens`, {});
  const agentArgs = ['agent', '--token', linkToken, '--deployment', `shop=${source.uri}`];
  const agent = telamon([...agentArgs, '--state-dir', join(root, 'agent')], () => {});
  undo.push(agent.stop);
  await agent.line((text) => text.startsWith('Linked'));
  const memory = {
    telamonMB: residentMB(child.process.pid!),
    agentMB: residentMB(agent.process.pid!),
    stateMB: residentMB(processWith(join(data, 'state'))),
    memberMB: residentMB(processWith(join(data, 'clusters'))),
  };
  const seconds = (ms: readonly number[]) => spread(ms.map((it) => it / 1_000));
  return {
    boot: seconds(boots),
    threeToIdle: seconds(idle[3]),
    oneToIdle: seconds(idle[1]),
    digest,
    bearer,
    copy,
    memory,
  };
}

async function canWrite(uri: string): Promise<boolean> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5_000 });
  try {
    await client.db('bench').collection('probe').insertOne({});
    await client.db('bench').dropDatabase();
    return true;
  } catch (error) {
    // The user is brought to the cluster within seconds.
    if ((error as { code?: number }).code === 18) return false;
    throw error;
  } finally {
    await client.close();
  }
}

/** The mongod whose command line holds this directory. */
function processWith(text: string): number {
  const pid = readdirSync('/proc').find((it) => {
    if (!/^\d+$/.test(it)) return false;
    try {
      return readFileSync(`/proc/${it}/cmdline`, 'utf8')
        .split('\0')
        .some((arg) => arg.startsWith(text));
    } catch {
      // It ended in this moment.
      return false;
    }
  });
  return Number(pid);
}

async function tidy(): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
  rmSync(root, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void tidy().finally(() => process.exit(130)));

try {
  const figures = await measure();
  const { version } = await findMongod({ cacheDir: mongodCache(), log: say });
  const text = page(figures, { cpu: cpus()[0]!.model, cores: cpus().length, mongod: version });
  if (process.argv.includes('--write')) writeBeginning(text);
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else process.stdout.write(text);
} finally {
  await tidy();
}
