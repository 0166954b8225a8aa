import { customRoleOperations } from '../../areas/custom-database-roles/operations.ts';
import { createRoleLeaving, createRoleQuestions } from '../../areas/custom-database-roles/questions.ts';
import { createDeploymentControl } from '../../areas/database-access/controller.ts';
import { createDeploymentLeaving } from '../../areas/database-access/questions.ts';
import { databaseUserOperations } from '../../areas/database-users/operations.ts';
import { createUserLeaving, createUserQuestions } from '../../areas/database-users/questions.ts';
import { accessOperations } from '../../areas/employee-access/operations.ts';
import { createAccessLeaving } from '../../areas/employee-access/questions.ts';
import { createAccessControl } from '../../areas/employee-access/sessions.ts';
import { staffOperations } from '../../areas/employee-access/staff-operations.ts';
import { advisorOperations } from '../../areas/monitoring/advisor-operations.ts';
import { logOperations } from '../../areas/monitoring/log-operations.ts';
import { measurementOperations } from '../../areas/monitoring/measurement-operations.ts';
import { processOperations } from '../../areas/monitoring/process-operations.ts';
import { createSampler } from '../../areas/monitoring/sampler.ts';
import { createThresholdControl } from '../../areas/monitoring/slow-threshold.ts';
import { thresholdOperations } from '../../areas/monitoring/threshold-operations.ts';
import { accessListOperations } from '../../areas/project-access-list/operations.ts';
import { createAccessListLeaving, createAccessListQuestions } from '../../areas/project-access-list/questions.ts';
import { certificateOperations } from '../../areas/user-certificates/operations.ts';
import { createCertificateLeaving, createCertificateQuestions } from '../../areas/user-certificates/questions.ts';
import { securityOperations } from '../../areas/user-certificates/security-operations.ts';
import { mount } from '../../kernel/operation.ts';
import { createController } from '../../reconcile/controller.ts';
import type { AccessRooms } from '../rooms/access.ts';
import type { ClusterRooms } from '../rooms/clusters.ts';
import type { IdentityRooms } from '../rooms/identity.ts';
import type { MigrationRooms } from '../rooms/migrations.ts';
import type { Wing } from './wing.ts';

/** How often every process is asked how it is. */
const SAMPLE_MS = 60_000;

export function accessWing(
  { ground, stores, deployment, doors, clients }: AccessRooms,
  { identity, clusters, migrations }: { identity: IdentityRooms; clusters: ClusterRooms; migrations: MigrationRooms },
): Wing {
  const { log, vault } = ground;
  const { orgs, projects } = identity;
  const common = { ...ground, clusters: clusters.clusters, clients, projects, deployment, doors };
  const users = createUserQuestions(stores.users, vault);
  const customRoles = createRoleQuestions(stores.customRoles);
  const certificates = createCertificateQuestions(stores.certificates);
  const accessList = createAccessListQuestions(stores.accessList);
  const staffControl = createController({
    ...createAccessControl({ ...common, access: stores.access }),
    relistMs: 1_000,
    log,
  });
  const deploymentControl = createController({
    ...createDeploymentControl({
      ...{ ...common, deployment: stores.deployment },
      ...{ users, customRoles, certificates, accessList },
    }),
    relistMs: 10_000,
    log,
  });
  const { thresholds } = stores;
  const monitoring = { ...common, measurements: stores.measurements };
  const sampler = createController({ ...createSampler(monitoring), relistMs: SAMPLE_MS, log });
  const thresholdControl = createController({
    ...createThresholdControl({ ...common, thresholds }),
    relistMs: SAMPLE_MS,
    log,
  });
  const wakeClustersOf = async (groupId: string): Promise<void> => {
    try {
      for (const { _id } of await clusters.clusters.listIn(groupId)) deploymentControl.wake(_id);
    } catch (err) {
      log.warn({ err, groupId }, 'the clusters of a project could not be told of a change; they look by themselves');
    }
  };
  return {
    stores: [
      stores.access,
      stores.users,
      stores.customRoles,
      stores.accessList,
      stores.deployment,
      stores.certificates,
      stores.measurements,
    ],
    operations: [
      ...mount(accessListOperations, { ...common, accessList: stores.accessList }),
      ...mount(databaseUserOperations, { ...common, users: stores.users, customRoles }),
      ...mount([...certificateOperations, ...securityOperations], {
        ...{ ...common, users, certificates: stores.certificates },
      }),
      ...mount(customRoleOperations, { ...common, roles: stores.customRoles, users }),
      ...mount(accessOperations, { ...common, access: stores.access }),
      ...mount([...processOperations, ...logOperations, ...measurementOperations, ...advisorOperations], monitoring),
      ...mount(thresholdOperations, { ...common, thresholds }),
      ...mount(staffOperations, { ...common, access: stores.access, orgs, imports: migrations.imports }),
    ],
    leaving: [
      createAccessLeaving(stores.access),
      createUserLeaving(stores.users),
      createRoleLeaving(stores.customRoles),
      createAccessListLeaving(stores.accessList),
      createDeploymentLeaving(stores.deployment),
      createCertificateLeaving(stores.certificates),
      { clearGroup: thresholds.clearGroup },
    ],
    loops: [staffControl, deploymentControl, sampler, thresholdControl, clients],
    watched: [
      { collection: 'databaseAccess', wake: wakeClustersOf },
      { collection: 'clusters', wake: deploymentControl.wake },
      // A cluster that is new or back again has its first figures at once.
      { collection: 'clusters', wake: sampler.wake },
      { collection: 'staffSessions', wake: staffControl.wake },
      { collection: 'slowThresholds', wake: thresholdControl.wake },
    ],
  };
}
