import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness, quiet } from '../../../testing/house.ts';
import type { Cluster } from '../clusters/questions.ts';
import { createDeploymentControl, type DeploymentControl } from './controller.ts';
import { createDeploymentStore } from './store.ts';

const { open } = harness();

// A cluster was deleted while a pass was at it. What the pass then noted of the roles it was about to make stayed in the
// store for good: nothing was there any more that would have taken it away.
test('a pass that a deletion overtakes leaves nothing of the cluster in the store', async () => {
  const { state } = await open();
  const deployment = createDeploymentStore(state);
  const cluster = { _id: 'c', groupId: 'g', name: 'c', spec: { paused: false }, status: { state: 'IDLE' } };
  let there = true;
  const none = async () => [];
  const control = createDeploymentControl({
    ...{ state, deployment, log: quiet, clock: { now: () => new Date() } },
    users: {
      ...{ expiredIn: none, removeExpired: none },
      mongodUsersOf: async () => ({ users: [], roles: [] }),
    },
    accessList: {
      ...{ expiredIn: none, removeExpired: none },
      sourcesOf: async () => ({ sources: [] }),
    },
    customRoles: { mongodRolesOf: none },
    certificates: {
      async trustOf() {
        there = false;
        await deployment.clearCluster('c');
        return undefined;
      },
    },
    clusters: {
      findById: async () => (there ? (cluster as unknown as Cluster) : null),
      adminUri: () => 'mongodb://gone',
      ownerOf: () => ({ mark: 'databaseUsers', cluster: 'c', shared: false }),
    } as unknown as DeploymentControl['clusters'],
    projects: { place: async () => ({ orgId: 'o' }) },
    events: { record: async () => {} },
    clients: {
      with: async () => {
        throw new Error('its members are gone');
      },
    } as unknown as DeploymentControl['clients'],
  });
  await state.client.withSession((tx) => tx.withTransaction(() => deployment.raise('g', tx)));
  await assert.rejects(control.reconcile('c'), /gone/);
  assert.ok(await deployment.deployedOn('c'), 'the pass came too late');
  assert.equal(await control.reconcile('c'), undefined);
  assert.equal(await deployment.deployedOn('c'), null);
});
