// A real installation with a real agent, a source and a destination, each of which can be killed, and every line cut.
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { type Atlas, atlas } from '../../../demo/atlas.ts';
import { type Child, telamon } from '../../../demo/children.ts';
import { ApiFailed } from '../../../src/base/api-client.ts';
import { mongodCache } from '../../../src/main/up.ts';
import { findMongod, freePort } from '../../../src/mongod/index.ts';
import { replicaSet } from '../../places.ts';
import { kill9, type Made, processesWith } from '../../unhappy/children.ts';
import { until } from '../../wait.ts';
import { type Source, startSource } from './source.ts';
import { type Cut, startSwitchboard } from './switchboard.ts';

export const victims = ['agent', 'telamon', 'source', 'destination'] as const;
export type Victim = (typeof victims)[number];
export const lines = ['agent-source', 'agent-destination', 'agent-telamon', 'telamon-destination'] as const;
export type Line = (typeof lines)[number];

export interface World {
  source: Source;
  destination: { client: MongoClient; uri: string };
  api: Atlas;
  groupId: string;
  projectId: string;
  /** Kills; the returned function starts it again, or waits until Telamon has. */
  kill(victim: Victim): Promise<() => Promise<void>>;
  cut(line: Line, how: Cut): () => void;
  /** Fails when the agent has ended by itself. */
  check(): void;
  /** What there is to see of the agent, kept in a directory: all it has logged, and what it holds open now. */
  evidence(): Promise<string>;
  end(): Promise<void>;
}

/** Repeats what fails while something is down. What Telamon refuses is thrown. */
export async function patiently<T>(work: () => Promise<T>, limitMs = 120_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; await wait(100)) {
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof ApiFailed && error.status < 500;
      if (refused || Date.now() > end) throw error;
    }
  }
}

export async function startWorld(o: {
  sourceMembers: number;
  maxRate: string;
  changes?: string;
  log?: (line: string) => void;
}): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'telamon-chaos-'));
  const data = join(dir, 'data');
  const mongod = await findMongod({ cacheDir: mongodCache(), log: () => {} });
  const [switchboard, port] = [await startSwitchboard(), await freePort()];
  const show = o.log ?? (() => {});
  const routed = (name: string, ...more: string[]) => ({
    NODE_OPTIONS: [`--import ${new URL('./route.ts', import.meta.url).href}`, ...more].join(' '),
    CHAOS_SWITCHBOARD: String(switchboard.port),
    CHAOS_NAME: name,
  });
  let up: Child;
  let agent: Child;
  const startUp = async (): Promise<Made> => {
    up = telamon(['up', '--json', '--port', String(port), '--no-rate-limits', '--data', data], show, routed('telamon'));
    return JSON.parse(await up.line((text) => text.startsWith('{')));
  };
  const made = await startUp();
  const api = atlas(made.url, made.url, made);
  const source = await startSource(join(dir, 'source'), mongod.path, o.sourceMembers);

  const { linkToken } = await api.call('POST', `/orgs/${made.orgId}/liveMigrations/linkTokens`, { accessListIps: [] });
  const agentArgs = ['agent', '--token', linkToken, '--deployment', `shop=${source.uri}`, '--host', 'mover'];
  agentArgs.push('--state-dir', join(dir, 'agent'), '--max-rate', o.maxRate);
  if (o.changes) agentArgs.push('--changes', o.changes);
  const kept = `${dir}-evidence`;
  mkdirSync(kept);
  const agentSays = (line: string) => {
    appendFileSync(join(kept, 'agent.log'), `${line}\n`);
    show(line);
  };
  const reporting = ['--report-on-signal', `--report-directory=${kept}`, '--report-filename=agent.json'];
  let endedByItself: Error | undefined;
  let evident = false;
  const startAgent = async () => {
    const env = { ...routed('agent', ...reporting), TELAMON_LOG_LEVEL: 'info' };
    const started = telamon(agentArgs, agentSays, env);
    agent = started;
    started
      .line(() => false)
      .catch((error) => {
        if (agent === started && started.process.signalCode !== 'SIGKILL') endedByItself = error;
      });
  };
  const check = () => {
    if (endedByItself) throw endedByItself;
  };
  await startAgent();
  await agent!.line((text) => text.startsWith('Linked'));
  const [project] = await api.call('GET', `/orgs/${made.orgId}/liveMigrations/availableProjects`);

  const groupId = (await api.call('POST', '/groups', { name: 'p', orgId: made.orgId })).id;
  await api.call('POST', `/groups/${groupId}/clusters`, replicaSet('target', 1));
  const ask = () => api.call('GET', `/groups/${groupId}/clusters/target`);
  const cluster = await until(ask, (it) => it.stateName === 'IDLE', 60_000);
  const roles = [{ roleName: 'atlasAdmin', databaseName: 'admin' }];
  const user = { username: 'reader', password: 'reader-password', databaseName: 'admin', roles };
  await api.call('POST', `/groups/${groupId}/databaseUsers`, user);
  const uri = cluster.connectionStrings.standard.replace('//', `//${user.username}:${user.password}@`);
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 60_000 });
  await until(
    () =>
      client.connect().then(
        () => true,
        () => false,
      ),
    Boolean,
  );
  const ports = { source: source.ports, destination: [Number(/:(\d+)\//.exec(uri)![1])], telamon: [port] };

  const kills: Record<Victim, () => Promise<() => Promise<void>>> = {
    agent: async () => {
      check();
      await kill9(agent);
      return startAgent;
    },
    telamon: async () => {
      await kill9(up);
      return async () => void (await startUp());
    },
    source: () => source.killPrimary(),
    destination: async () => {
      for (const pid of processesWith(join(data, 'clusters'))) process.kill(pid, 'SIGKILL');
      return async () => void (await patiently(() => client.db('admin').command({ ping: 1 })));
    },
  };
  return {
    ...{ source, api, groupId, projectId: project.projectId, destination: { client, uri } },
    kill: (victim) => kills[victim](),
    cut(line, how) {
      const [from, to] = line.split('-') as [string, 'source' | 'destination' | 'telamon'];
      return switchboard.cut(from, ports[to], how);
    },
    check,
    async evidence() {
      if (agent.process.exitCode === null && agent.process.kill('SIGUSR2'))
        await until(() => existsSync(join(kept, 'agent.json')), Boolean);
      evident = true;
      return kept;
    },
    async end() {
      await agent.stop();
      if (up.process.exitCode === null) {
        const ended = once(up.process, 'exit');
        up.process.kill('SIGTERM');
        await ended;
      }
      await client.close();
      await source.end();
      switchboard.close();
      for (const pid of processesWith(dir)) process.kill(pid, 'SIGKILL');
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
      if (!evident) rmSync(kept, { recursive: true });
    },
  };
}
