// What every operation that changes something owes those who ask later who did it: an event, held over all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventType } from '../src/contract/event-types.ts';
import { clusters } from './acts/clusters.ts';
import { databases } from './acts/databases.ts';
import { migrations } from './acts/migrations.ts';
import { organizations } from './acts/organizations.ts';
import { people } from './acts/people.ts';
import { projects } from './acts/projects.ts';
import { type Acts, own, type Stage } from './acts/stage.ts';
import { harness } from './house.ts';
import { newCluster, newProject } from './places.ts';
import { until } from './wait.ts';

const { open } = harness();

const acts: Acts = { ...organizations, ...projects, ...people, ...databases, ...clusters, ...migrations };

/** Those that change nothing an organization or project could be told of, and why. */
const silent: Record<string, string> = {
  createGroupContainer: 'always refused',
  createGroupPeer: 'always refused',
  createGroupPrivateEndpointEndpointService: 'always refused',
  deferGroupMaintenanceWindow: 'always refused',
  createGroupClusterGlobalWriteCustomZoneMapping: 'always refused',
  createGroupClusterGlobalWriteManagedNamespace: 'always refused',
  deleteGroupClusterGlobalWriteManagedNamespaces: 'always refused',
  deleteGroupClusterGlobalWriteCustomZoneMapping: 'there is never one',
  updateGroupAuditLog: 'changes nothing: auditing stays off',
  deleteOrg: 'the organization that would be told goes with it',
  setOrgBilling: "the operator's own note",
  setOrgAccessListRequired: 'as the setting, by the operator: src/areas/api-access/access.test.ts',
  createStaff: "the operator's own people",
  deleteStaff: "the operator's own people",
  openStaffSession: 'needs a running cluster: held below',
  closeStaffSession: 'needs a running cluster: held below',
  runStaffCommand: 'needs a running cluster: held below',
  restartStaffMember: 'needs a running cluster: held below',
  extendLiveMigration: 'Atlas has no event for it',
  enableGroupManagedSlowMs: 'Atlas has no event for it',
  disableGroupManagedSlowMs: 'Atlas has no event for it',
  validateGroupLiveMigrations: 'a validation changes nothing',
  validateGroupClusterConfigurations: 'a check changes nothing',
  createGroupClusterIndexRollingIndex: 'the build tells of itself: src/areas/rolling-indexes',
  registerCluster: 'CLUSTER_CREATED, by the operator: src/areas/clusters/external.test.ts',
  openLocalMigration: 'needs a running cluster: testing/unhappy/migrate-into.test.ts',
  reportLocalMigration: 'needs a running cluster: testing/unhappy/migrate-into.test.ts',
  introduceAgent: 'the agent tells of itself',
  pollAgentJobs: 'the agent asks',
  reportAgentJob: 'ends a migration: src/areas/live-migrations',
};

test('every operation that changes something leaves the events that tell of it', async () => {
  const house = await open();
  const group = (await house.api('POST', '/groups', { name: 'p', orgId: house.owner.orgId })).body.id;
  const stage: Stage = { ...house, org: `/orgs/${house.owner.orgId}`, group: `/groups/${group}`, kept: {} };
  const events = house.state.db.collection<{ type: EventType; created: Date }>('events');
  for (const [id, [expected, call]] of Object.entries(acts)) {
    await events.deleteMany({});
    const answer = await call(stage);
    assert.ok(answer.status < 300, `${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const left = (await events.find().toArray()).map((it) => it.type);
    for (const type of expected) assert.ok(left.includes(type), `${id} left ${left}`);
  }
});

test('no operation that changes something is forgotten above', async () => {
  const { operations } = await open();
  const changing = operations.filter((it) => !it.route.startsWith('GET ')).map((it) => it.id);
  const told = [...Object.keys(acts), ...Object.keys(silent)];
  assert.deepEqual(
    { unheld: changing.filter((it) => !told.includes(it)), stale: told.filter((it) => !changing.includes(it)) },
    { unheld: [], stale: [] },
  );
});

test('what the server and its staff do to a cluster is told, too', async () => {
  const house = await open({ running: true });
  const { api, operator, as } = house;
  const groupId = await newProject(house);
  await newCluster(house, groupId, 'c0');
  const told = async () => {
    const { results } = (await api('GET', `/groups/${groupId}/events?clusterNames=c0`)).body;
    return results.map((it: { eventTypeName: string }) => it.eventTypeName).reverse();
  };
  const grant = { grantType: 'CLUSTER_INFRASTRUCTURE', expirationTime: '2100-01-01T00:00:00Z' };
  await api('POST', `/groups/${groupId}/clusters/c0:grantMongoDBEmployeeAccess`, grant);
  const made = (await operator('POST', `${own}/operator/staff`, { name: 'Ann' })).body;
  const staff = as({ publicKey: made.username, privateKey: made.password });
  const [{ id, members }] = (await staff('GET', `${own}/staff/clusters`)).body;
  assert.equal((await staff('GET', `${own}/staff/clusters/${id}/logs/${members[0]}`)).status, 200);
  const member = `${own}/staff/clusters/${id}/members/${members[0]}`;
  assert.equal((await staff('POST', `${member}/commands`, { command: 'load' })).status, 200);
  const session = (await staff('POST', `${own}/staff/clusters/${id}/sessions`)).body;
  assert.equal((await staff('DELETE', `${own}/staff/sessions/${session.id}`)).status, 204);
  assert.equal((await staff('POST', `${member}:restart`)).status, 202);
  await until(told, (it) => it.includes('CLUSTER_UPDATE_COMPLETED'));
  const { results } = (await api('GET', `/groups/${groupId}/events?eventType=SSH_KEY_NDS_HOST_ACCESS_GRANTED`)).body;
  assert.deepEqual([results[0].isGlobalAdmin, results[0].username], [true, made.username]);
  await api('DELETE', `/groups/${groupId}/clusters/c0`);
  await until(told, (it) => it.includes('CLUSTER_DELETED'));
  assert.deepEqual(await told(), [
    'CLUSTER_CREATED',
    'CLUSTER_READY',
    'EMPLOYEE_ACCESS_GRANTED',
    'EMPLOYEE_DOWNLOADED_CLUSTER_LOGS',
    'ALERT_HOST_SSH_SESSION_STARTED',
    'SSH_KEY_NDS_HOST_ACCESS_GRANTED',
    'HOST_SSH_SESSION_ENDED',
    'PROCESS_RESTART_REQUESTED',
    'CLUSTER_UPDATE_COMPLETED',
    'CLUSTER_DELETE_SUBMITTED',
    'CLUSTER_DELETED',
  ]);
});
