// Steps 7 to 10: what must fail, the cutover with its proof, the staff's access, and leaving nothing behind.
import { MongoClient } from 'mongodb';
import { ApiFailed, createApiClient } from '../src/base/api-client.ts';
import { compareDeployments } from '../src/migration/index.ts';
import { ACCEPT, withBearer } from './atlas.ts';
import { type Child, telamonOnce } from './children.ts';
import type { House, Place, Stage } from './place.ts';
import type { Source } from './source.ts';
import { DoesNotHold, holds, refused, say, seconds, step, until } from './stage.ts';
import type { Writer } from './writer.ts';

const BUSY = 'CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK';

export async function refusals({ url }: House, { api, member, orgId, groupId }: Place): Promise<void> {
  step('Try what must fail while the migration runs');
  const tokens = `/orgs/${orgId}/liveMigrations/linkTokens`;
  const link = await refused('deleting the link', 409, BUSY, () => api.call('DELETE', tokens));
  holds(link.message.includes(groupId), 'the refusal names the project');
  await refused('deleting the organization', 409, BUSY, () => api.call('DELETE', `/orgs/${orgId}`));
  await refused('deleting the cluster', 409, 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT', () =>
    api.call('DELETE', `/groups/${groupId}/clusters/target`),
  );
  await refused('a role that is too low', 401, 'USER_UNAUTHORIZED', () => member.call('POST', tokens, {}));
  await refused('a bad token', 401, 'UNEXPECTED_ERROR', () => withBearer(url, 'not.a.token', '/orgs'));
  await refused('an unknown attribute', 400, 'INVALID_ATTRIBUTE', () => api.call('POST', tokens, { accessList: [] }));
  await refused('a media type older than the operation', 406, 'INVALID_VERSION_DATE', () =>
    api.client.call('GET', `/orgs/${orgId}`, { accept: 'application/vnd.atlas.2020-01-01+json' }),
  );
  await refused('a malformed body', 400, 'MALFORMED_JSON', async () => {
    const response = await api.client.raw('POST', tokens, { text: '{"accessListIps": [', accept: ACCEPT });
    throw new ApiFailed(`POST ${tokens}`, response.status, await response.json());
  });
}

export async function cutover(
  { api, groupId, destination }: Place,
  source: Source,
  writer: Writer,
  id: string,
): Promise<void> {
  step('Stop the writer, cut over, verify');
  await writer.stop();
  const stopped = Date.now();
  say(`  the writer made ${writer.writes} writes in all`);
  const path = `/groups/${groupId}/liveMigrations/${id}`;
  const ask = () => api.call('GET', path);
  // On a busy machine it may be behind the last writes at this moment, and is refused until it no longer is.
  const begin = () =>
    api.call('PUT', `${path}/cutover`).then(
      () => true,
      (error) => {
        if (error instanceof ApiFailed && error.message.includes('not ready for cutover')) return false;
        throw error;
      },
    );
  await until(begin, Boolean, 300_000);
  const done = await until(ask, (it) => it.status !== 'WORKING');
  const downtime = seconds(stopped);
  const { errorMessage, report } = await api.own('GET', path);
  holds(done.status === 'COMPLETE', `the live migration ends with ${done.status} ${errorMessage ?? ''}`);
  say(
    `  ${report.documents} documents in ${report.collections} collections copied, ${report.changes} changes followed`,
  );
  holds(true, `downtime, from the last write to COMPLETE: ${downtime}`);
  const { differences, collections, documents, bytes } = await compareDeployments(source.uri, destination);
  for (const it of differences) say(`    ${it.namespace}: ${it.what}: ${it.detail}`);
  holds(
    differences.length === 0,
    `${collections} collections, ${documents} documents, ${(bytes / 1e6).toFixed(1)} MB: counts, contents, indexes and options are equal on both sides`,
  );
}

const employees = (name: string) => `/clusters/target:${name}MongoDBEmployeeAccess`;

export async function staffAccess({ own, data }: House, { api, orgId, groupId, clusterId }: Place): Promise<void> {
  step('Let staff read the logs, then revoke');
  await api.call('PATCH', `/orgs/${orgId}/settings`, { restrictEmployeeAccess: true });
  const credential = JSON.parse(await telamonOnce(['staff', 'create', 'Ann', '--data', data]));
  const staff = createApiClient(`${own}/api/telamon/v1`, credential);
  const logs = `/staff/clusters/${clusterId}/logs/target-0?lines=3`;
  const closed = 'EMPLOYEE_ACCESS_NOT_GRANTED';
  await refused('reading the logs without a grant', 403, closed, () => staff.call('GET', logs));
  const expirationTime = new Date(Date.now() + 3_600_000).toISOString();
  await api.call('POST', `/groups/${groupId}${employees('grant')}`, {
    grantType: 'CLUSTER_DATABASE_LOGS',
    expirationTime,
  });
  const text = (await staff.call('GET', logs)) as string;
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const line of lines) say(`    ${line.t.$date} ${line.c} ${line.msg}`);
  holds(lines.length === 3, 'granted: staff reads real lines of the log');
  const session = await staff.call('POST', `/staff/clusters/${clusterId}/sessions`, {});
  const client = await new MongoClient(session.uri).connect();
  try {
    const log = await client.db('admin').command({ getLog: 'global' });
    holds(log.totalLinesWritten > 0, 'and through a database session that can do nothing else');
    const read = await client
      .db('geo')
      .collection('cities')
      .findOne()
      .catch((error) => error.codeName);
    holds(read === 'Unauthorized', 'which cannot read data');
    await api.call('POST', `/groups/${groupId}${employees('revoke')}`);
    await refused('revoked: the next request of staff', 403, closed, () => staff.call('GET', logs));
    const after = await client
      .db('admin')
      .command({ getLog: 'global' })
      .catch((error) => error.codeName);
    holds(after === 'Unauthorized', 'revoked: the open database session is refused at its next command');
  } finally {
    await client.close();
  }
}

export async function clearUp(stage: Stage, house: House, place: Place, agent: Child): Promise<void> {
  step('Delete everything, in the order that protects data');
  const { api, orgId, groupId } = place;
  await api.call('DELETE', `/orgs/${orgId}/liveMigrations/linkTokens`);
  await agent.line((text) => text.includes('link was deleted'));
  say('  the agent has heard that its link is gone, and ended');
  await refused('the organization before its project', 409, 'ORG_NOT_EMPTY', () =>
    api.call('DELETE', `/orgs/${orgId}`),
  );
  await refused('the project before its cluster', 409, 'CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS', () =>
    api.call('DELETE', `/groups/${groupId}`),
  );
  await api.call('DELETE', `/groups/${groupId}/clusters/target`);
  const gone = () =>
    api.call('GET', `/groups/${groupId}/clusters/target`).then(
      () => false,
      (error) => {
        if (error instanceof ApiFailed && error.code === 'CLUSTER_NOT_FOUND') return true;
        throw error;
      },
    );
  holds(await until(gone, (it) => it), 'the cluster is gone');
  await api.call('DELETE', `/groups/${groupId}`);
  await api.call('DELETE', `/orgs/${orgId}`);
  await refused('a key of the deleted organization', 401, 'UNEXPECTED_ERROR', () => api.call('GET', '/orgs'));
  await house.up.stop();
  if (house.up.process.exitCode !== 0) throw new DoesNotHold(`Telamon ended with ${house.up.process.exitCode}`);
  say(`  Telamon has stopped, and thrown away ${stage.root}/data as --ephemeral says`);
}
