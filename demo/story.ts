// The main job from end to end, in ten steps; every claim is checked, and one that does not hold ends the demo.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { createMeter, megabytes } from '../src/base/meter.ts';
import { mongodCache } from '../src/main/up.ts';
import { findMongod, freePort } from '../src/mongod/index.ts';
import { atlas, oauthToken, withBearer } from './atlas.ts';
import { telamon } from './children.ts';
import { startProxy } from './conformance.ts';
import { clearUp, cutover, refusals, staffAccess } from './finale.ts';
import type { House, Place, Stage } from './place.ts';
import { loadData, type Source, startSource } from './source.ts';
import { DoesNotHold, holds, say, seconds, step, until } from './stage.ts';
import { startWriter, type Writer } from './writer.ts';

async function boot(stage: Stage): Promise<House> {
  step('Find mongod, start Telamon');
  const mongod = await findMongod({ cacheDir: mongodCache(), log: say });
  say(`  mongod ${mongod.version} at ${mongod.path}`);
  const began = Date.now();
  const data = join(stage.root, 'data');
  // With a proxy in front, links and tokens still lead to Telamon itself.
  const port = stage.conformance ? await freePort() : 0;
  const reached = stage.conformance ? ['--public-url', `http://127.0.0.1:${port}`] : [];
  const args = ['up', '--json', '--ephemeral', '--port', String(port), '--data', data, '--mongod', mongod.path];
  const up = telamon([...args, ...reached], () => {});
  stage.afterwards(up.stop);
  const made = JSON.parse(await up.line((text) => text.startsWith('{')));
  say(`  Telamon answers at ${made.url} after ${seconds(began)}`);
  say(`  the first owner's API key, shown once: ${made.publicKey} ${made.privateKey}`);
  const report = join(stage.root, 'conformance.jsonl');
  const url = stage.conformance
    ? await startProxy(stage.conformance, made.url, report, stage.afterwards)
    : (made.url as string);
  return { url, own: made.url, data, up, first: atlas(url, made.url, made) };
}

async function build({ url, own, first }: House): Promise<Place> {
  step('Create an organization, a project, keys and a cluster, through the API alone');
  const { organization } = await first.call('POST', '/orgs', { name: 'Demo' });
  const orgId = organization.id as string;
  const key = await first.call('POST', `/orgs/${orgId}/apiKeys`, { desc: 'demo', roles: ['ORG_OWNER'] });
  const low = await first.call('POST', `/orgs/${orgId}/apiKeys`, { desc: 'member', roles: ['ORG_MEMBER'] });
  const account = await first.call('POST', `/orgs/${orgId}/serviceAccounts`, {
    name: 'demo',
    description: 'reads',
    roles: ['ORG_READ_ONLY'],
    secretExpiresAfterHours: 8,
  });
  const api = atlas(url, own, key);
  const { id: groupId } = await api.call('POST', '/groups', { name: 'shop', orgId });
  const token = await oauthToken(own, account.clientId, account.secrets[0].secret);
  const seen = (await withBearer(url, token, `/groups/${groupId}`)) as { name: string };
  holds(seen.name === 'shop', 'the service account reads the project with an OAuth token');
  const began = Date.now();
  const cluster = await api.call('POST', `/groups/${groupId}/clusters`, {
    name: 'target',
    clusterType: 'REPLICASET',
    replicationSpecs: [
      {
        regionConfigs: [
          {
            providerName: 'AWS',
            regionName: 'EU_CENTRAL_1',
            priority: 7,
            electableSpecs: { instanceSize: 'M10', nodeCount: 3 },
          },
        ],
      },
    ],
  });
  const user = { username: 'reader', password: randomBytes(12).toString('base64url') };
  await api.call('POST', `/groups/${groupId}/databaseUsers`, {
    ...user,
    databaseName: 'admin',
    roles: [
      { databaseName: 'admin', roleName: 'readAnyDatabase' },
      { databaseName: 'admin', roleName: 'clusterMonitor' },
    ],
  });
  const ask = () => api.call('GET', `/groups/${groupId}/clusters/target`);
  const idle = await until(ask, (it) => it.stateName === 'IDLE');
  holds(true, `cluster target, three members of MongoDB ${idle.mongoDBVersion}, is IDLE after ${seconds(began)}`);
  const { standard } = idle.connectionStrings as { standard: string };
  const open = new MongoClient(standard, { serverSelectionTimeoutMS: 5_000 });
  const naked = await open
    .db('admin')
    .command({ listDatabases: 1 })
    .then(() => 'allowed')
    .catch((error) => error.codeName as string);
  await open.close();
  holds(naked === 'Unauthorized', 'nobody reads it without a user');
  const destination = standard.replace('//', `//${user.username}:${user.password}@`);
  return { api, member: atlas(url, own, low), orgId, groupId, clusterId: cluster.id, destination };
}

async function fillSource(stage: Stage): Promise<{ source: Source; writer: Writer }> {
  step('Start a source that Telamon does not control, with real data');
  const mongod = await findMongod({ cacheDir: mongodCache(), log: say });
  const source = await startSource(join(stage.root, 'source'), mongod);
  stage.afterwards(source.end);
  const began = Date.now();
  const bytes = await loadData(source.client, say);
  holds(bytes >= 100e6, `${megabytes(bytes)} of data are loaded, in ${seconds(began)}`);

  step('Keep writing to the source, from now to the cutover');
  const writer = startWriter(source.client);
  say('  inserts, updates, replaces, deletes, transactions, new collections and indexes, renames');
  return { source, writer };
}

async function link(stage: Stage, { api, orgId }: Place, source: Source) {
  step('Link the source: a token here, an agent there');
  const { linkToken } = await api.call('POST', `/orgs/${orgId}/liveMigrations/linkTokens`, {
    accessListIps: ['127.0.0.1'],
  });
  const args = ['agent', '--token', linkToken, '--deployment', `shop=${source.uri}`, '--project', 'old datacentre'];
  const agent = telamon([...args, '--state-dir', join(stage.root, 'agent')], (text) => say(`  agent: ${text}`));
  stage.afterwards(agent.stop);
  await agent.line((text) => text.startsWith('Linked'));
  const [project] = await api.call('GET', `/orgs/${orgId}/liveMigrations/availableProjects`);
  const [deployment] = project.deployments;
  holds(
    project.name === 'old datacentre' && deployment.name === 'shop' && project.migrationHosts.length === 1,
    `availableProjects shows ${project.name}: ${deployment.name}, MongoDB ${deployment.mongoDBVersion}, host ${project.migrationHosts[0]}`,
  );
  return {
    agent,
    request: {
      source: { groupId: project.projectId, clusterName: 'shop', managedAuthentication: true, ssl: false },
      migrationHosts: project.migrationHosts,
    },
  };
}

async function migrate({ api, groupId }: Place, linked: { request: object }): Promise<string> {
  step('Validate, migrate, watch');
  const destination = { groupId, clusterName: 'target', hostnameSchemaType: 'PUBLIC' };
  const request = { ...linked.request, destination, dropDestinationData: false };
  const base = `/groups/${groupId}/liveMigrations`;
  const { _id: validation } = await api.call('POST', `${base}/validate`, request);
  const ask = () => api.call('GET', `${base}/validate/${validation}`);
  const verdict = await until(ask, (it) => it.status !== 'PENDING');
  holds(verdict.status === 'SUCCESS', `the validation ends with ${verdict.status} ${verdict.errorMessage ?? ''}`);
  const { _id: id } = await api.call('POST', base, request);
  const meter = createMeter((text) => say(`  ${text}`));
  const began = Date.now();
  const look = async () => {
    const details = await api.own('GET', `${base}/${id}`);
    if (details.progress) meter.migration(undefined, details.progress);
    if (details.status === 'FAILED') throw new DoesNotHold(`the live migration failed: ${details.errorMessage}`);
    return api.call('GET', `${base}/${id}`);
  };
  const ready = await until(look, (it) => it.readyForCutover, 300_000);
  meter.stop();
  holds(ready.status === 'WORKING', `ready for cutover after ${seconds(began)}, ${ready.lagTimeSeconds} s behind`);
  return id;
}

export async function story(stage: Stage): Promise<void> {
  const house = await boot(stage);
  const place = await build(house);
  const { source, writer } = await fillSource(stage);
  stage.afterwards(() => writer.stop());
  const linked = await link(stage, place, source);
  const id = await migrate(place, linked);
  await refusals(house, place);
  await cutover(place, source, writer, id);
  await staffAccess(house, place);
  await clearUp(stage, house, place, linked.agent);
}
