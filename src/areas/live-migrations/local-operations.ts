import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import { transact } from '../../base/state.ts';
import { type Call, operation } from '../../kernel/operation.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import type { OrgQuestions } from '../organizations/questions.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import { unfit, whileFree } from './destination.ts';
import type { EndingDeps } from './ending.ts';
import { hasEnded, type Job, userOf } from './model.ts';
import { reportFields, type SaidOfJob, takeReport } from './reporting.ts';

export interface LocalRoom extends EndingDeps {
  vault: Vault;
  clusters: Pick<ClusterQuestions, 'find' | 'findById' | 'hold' | 'uriFor'>;
  orgs: Pick<OrgQuestions, 'named'>;
  projects: Pick<ProjectQuestions, 'named'>;
  clock: Clock;
}

/** Stands where the link of an agent stands, for migrations that `telamon migrate` does on this host. */
const LOCAL = 'local';

const text = Type.String({ minLength: 1, maxLength: 255 });
const closed = { additionalProperties: false };

interface Wanted {
  /** Names or ids. */
  organization: string;
  project: string;
  cluster: string;
  /** The same for the same source and the same choice, so that whoever comes again goes on. */
  identity: string;
  host: string;
}

type Failure = 'VALIDATION_ERROR';

async function destinationOf({ wanted, fail }: Pick<Call<Wanted, Failure>, 'wanted' | 'fail'>, room: LocalRoom) {
  const { organization, project, cluster } = wanted;
  const found = await room.orgs.named(organization);
  const [org] = found;
  if (!org) throw fail('VALIDATION_ERROR', `there is no organization ${organization}`);
  if (found.length > 1)
    throw fail('VALIDATION_ERROR', `several organizations are named ${organization}; use the id of one`);
  const group = await room.projects.named(org.id, project);
  if (!group) throw fail('VALIDATION_ERROR', `organization ${organization} has no project ${project}`);
  const there = await room.clusters.find(group.id, cluster);
  if (!there) throw fail('VALIDATION_ERROR', `project ${project} has no cluster ${cluster}`);
  return { group, cluster: there };
}

/** A migration that this host's `telamon migrate` does into a cluster: the lock, the user and the events of any other. */
export const openLocalMigration = operation<LocalRoom, Wanted, { job: Job; uri?: string }, Failure>({
  id: 'openLocalMigration',
  surface: 'telamon',
  route: 'POST /operator/liveMigrations',
  inside: 'operator',
  roles: [],
  fails: ['VALIDATION_ERROR'],
  versions: {
    '2023-01-01': {
      body: Type.Object({ organization: text, project: text, cluster: text, identity: text, host: text }, closed),
      read: (wire) => wire,
      reply: Type.Object({ id: Type.String(), status: Type.String(), uri: Type.Optional(Type.String()) }),
      status: 200,
      write: ({ job, uri }) => ({ id: job._id, status: job.status, uri }),
    },
  },
  async run(call, room) {
    const { wanted, caller, remoteAddress, fail } = call;
    const { group, cluster } = await destinationOf(call, room);
    const [clusterId, deployment] = [cluster._id, wanted.identity];
    const known = await room.migrations.activeOf(LOCAL, deployment, clusterId);
    if (known) {
      const password = known.status === 'WORKING' && room.vault.open(known.sealedPassword!, known._id);
      return { job: known, ...(password ? { uri: room.clusters.uriFor(cluster, userOf(known), password) } : {}) };
    }
    const why = unfit(cluster);
    if (why) throw fail('VALIDATION_ERROR', `cluster ${cluster.name} ${why}`);
    const where = { orgId: group.orgId, groupId: group.id, clusterName: cluster.name };
    const job: Job = {
      ...{ _id: newId(), kind: 'migrate', ...where, linkId: LOCAL, clusterId, sourceGroupId: '', deployment },
      ...{ host: wanted.host, drop: false, ssl: false, managedAuthentication: true },
      ...{ created: room.clock.now(), revision: 1, status: 'NEW', active: true },
    };
    return whileFree(room.state, fail, async (tx) => {
      await room.clusters.hold(clusterId, tx);
      await room.migrations.insertJob(job, tx);
      await room.events.record({ type: 'CLUSTER_IMPORT_STARTED', ...where, caller, remoteAddress }, tx);
      return { job };
    });
  },
});

/** Answers what whoever does the work has to do: to cut over, or to stop since the migration has ended. */
export const reportLocalMigration = operation<
  LocalRoom,
  SaidOfJob & { cutover?: boolean },
  Job,
  'RESOURCE_NOT_FOUND' | 'VALIDATION_ERROR'
>({
  id: 'reportLocalMigration',
  surface: 'telamon',
  route: 'POST /operator/liveMigrations/{liveMigrationId}/report',
  inside: 'operator',
  roles: [],
  fails: ['RESOURCE_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: {
    '2023-01-01': {
      body: Type.Object({ ...reportFields, cutover: Type.Optional(Type.Boolean()) }, closed),
      read: (wire) => wire,
      reply: Type.Object({ cutover: Type.Boolean(), ended: Type.Boolean() }),
      status: 200,
      write: (job) => ({ cutover: job.cutoverAt !== undefined, ended: hasEnded(job) }),
    },
  },
  async run({ path, wanted, caller, remoteAddress, fail }, room) {
    const { cutover, ...said } = wanted;
    const find = async () => {
      const job = await room.migrations.job(path.liveMigrationId!);
      if (job?.linkId !== LOCAL) throw fail('RESOURCE_NOT_FOUND', `job ${path.liveMigrationId}`);
      return job;
    };
    if (cutover) {
      const { _id, orgId, groupId, clusterName } = await find();
      await transact(room.state, async (tx) => {
        const when = { cutoverAt: { $exists: false } };
        if (!(await room.migrations.change(_id, { cutoverAt: room.clock.now() }, { when, tx }))) return;
        const where = { orgId, groupId, clusterName, caller, remoteAddress };
        await room.events.record({ type: 'CLUSTER_IMPORT_CUTOVER', ...where }, tx);
      });
    }
    await takeReport(room, await find(), said, fail);
    return find();
  },
});

export const localOperations = [openLocalMigration, reportLocalMigration];
