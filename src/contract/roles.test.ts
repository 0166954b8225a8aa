import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  groupRoles,
  groupRolesOfOrgRole,
  impliedGroupRoles,
  impliedOrgRoles,
  orgRoles,
  type Role,
  roleTitle,
} from './roles.ts';

test('an owner holds every role, a member only reads, and what follows from a role follows to the end', () => {
  assert.deepEqual([...impliedOrgRoles('ORG_OWNER')].sort(), [...orgRoles].sort());
  assert.deepEqual([...groupRolesOfOrgRole('ORG_OWNER')].sort(), [...groupRoles].sort());
  assert.deepEqual([...impliedGroupRoles('GROUP_OWNER')].sort(), [...groupRoles].sort());
  assert.deepEqual(groupRolesOfOrgRole('ORG_MEMBER'), []);
  for (const role of orgRoles) assert.ok(impliedOrgRoles(role).includes('ORG_MEMBER'), role);
  for (const role of groupRoles) assert.ok(impliedGroupRoles(role).includes('GROUP_READ_ONLY'), role);
  assert.deepEqual([...groupRolesOfOrgRole('ORG_STREAM_PROCESSING_ADMIN')].sort(), [
    'GROUP_READ_ONLY',
    'GROUP_STREAM_PROCESSING_MANAGER',
    'GROUP_STREAM_PROCESSING_OWNER',
  ]);
  assert.ok(impliedGroupRoles('GROUP_DATA_ACCESS_ADMIN').includes('GROUP_DATA_ACCESS_READ_ONLY'));
  assert.ok(!impliedGroupRoles('GROUP_CLUSTER_MANAGER').includes('GROUP_CLUSTER_CREATOR'));
});

test('a role has the name that Atlas gives it in prose', () => {
  const names: [Role, string][] = [
    ['ORG_GROUP_CREATOR', 'Organization Project Creator'],
    ['ORG_BILLING_READ_ONLY', 'Organization Billing Viewer'],
    ['GROUP_OWNER', 'Project Owner'],
    ['GROUP_DATA_ACCESS_READ_WRITE', 'Project Data Access Read Write'],
    ['GROUP_CLUSTER_RESILIENCE_TESTER', 'Project Cluster Resilience Tester'],
  ];
  for (const [role, name] of names) assert.equal(roleTitle(role), name);
});
