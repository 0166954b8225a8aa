import Type, { type Static } from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { Vault } from '../../base/secrets.ts';
import { type Call, operation } from '../../kernel/operation.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import type { EndingDeps } from './ending.ts';
import { AGENT_SILENCE_MS, type Job, type LinkedAgent, type MigrationLink, userOf } from './model.ts';
import { reportFields, takeReport } from './reporting.ts';
import type { Signals } from './signals.ts';

export interface AgentRoom extends EndingDeps {
  vault: Vault;
  clusters: Pick<ClusterQuestions, 'findById' | 'uriFor'>;
  orgs: { place(id: string): Promise<{ name: string } | undefined> };
  /** Wakes the long polls whenever a job or a link changes. */
  signals: Signals;
  clock: Clock;
}

const text = Type.String({ minLength: 1, maxLength: 255 });
const count = Type.Integer({ minimum: 0 });
const closed = { additionalProperties: false };

const Deployment = Type.Object(
  {
    name: text,
    version: text,
    fcv: text,
    dbSizeBytes: count,
    oplogSizeMB: count,
    tls: Type.Boolean(),
    sharded: Type.Boolean(),
  },
  closed,
);

const Introduction = Type.Object(
  {
    instanceId: text,
    host: text,
    project: text,
    version: text,
    deployments: Type.Array(Deployment, { maxItems: 500 }),
  },
  closed,
);

const POLL_MS = AGENT_SILENCE_MS / 4;

type Gone = 'LINK_TOKEN_ALREADY_USED' | 'LINK_NOT_FOUND';

/** The caller's link, provided that this very agent holds it. */
async function mine(
  { caller, fail }: Pick<Call<unknown, Gone>, 'caller' | 'fail'>,
  { migrations }: AgentRoom,
  instanceId: string,
): Promise<MigrationLink & { agent: LinkedAgent }> {
  const link = await migrations.linkOfKey(caller.id);
  if (!link) throw fail('LINK_NOT_FOUND');
  if (link.agent?.instanceId !== instanceId) throw fail('LINK_TOKEN_ALREADY_USED');
  return link as MigrationLink & { agent: LinkedAgent };
}

const shown = { '2023-01-01': { reply: Type.Object({}), status: 200 } };

export const introduceAgent = operation<AgentRoom, Static<typeof Introduction>, object, Gone>({
  id: 'introduceAgent',
  surface: 'telamon',
  route: 'POST /agent/link',
  inside: 'link',
  roles: [],
  fails: ['LINK_TOKEN_ALREADY_USED', 'LINK_NOT_FOUND'],
  versions: {
    '2023-01-01': {
      body: Introduction,
      reply: Type.Object({
        ...{ linkId: Type.String(), orgId: Type.String(), projectId: Type.String() },
        orgName: Type.Optional(Type.String()),
      }),
      status: 200,
    },
  },
  async run({ caller, wanted, fail }, { migrations, orgs, clock }) {
    const link = await migrations.linkOfKey(caller.id);
    if (!link) throw fail('LINK_NOT_FOUND');
    const known = link.agent;
    const agent: LinkedAgent = {
      instanceId: wanted.instanceId,
      host: wanted.host,
      version: wanted.version,
      projectId: known?.projectId ?? newId(),
      projectName: wanted.project,
      deployments: wanted.deployments.map((it) => ({
        ...it,
        clusterId: known?.deployments.find((old) => old.name === it.name)?.clusterId ?? newId(),
      })),
      seen: clock.now(),
    };
    if (!(await migrations.claim(link._id, agent))) throw fail('LINK_TOKEN_ALREADY_USED');
    const org = await orgs.place(link.orgId);
    return { linkId: link._id, orgId: link.orgId, orgName: org?.name, projectId: agent.projectId };
  },
});

const Poll = Type.Object({ instanceId: text, known: Type.Record(Type.String(), Type.Integer()) }, closed);

/** What an agent needs to do a job; it holds the only copy of the temporary user's password that leaves the server. */
async function orderOf(job: Job, { vault, clusters }: AgentRoom): Promise<object | undefined> {
  const cluster = await clusters.findById(job.clusterId);
  if (!cluster || !job.sealedPassword) return undefined;
  return {
    id: job._id,
    kind: job.kind,
    revision: job.revision,
    deployment: job.deployment,
    managedAuthentication: job.managedAuthentication,
    login: job.sealedLogin && JSON.parse(vault.open(job.sealedLogin, job._id)),
    ssl: job.ssl,
    caCertificatePath: job.caCertificatePath,
    destination: clusters.uriFor(cluster, userOf(job), vault.open(job.sealedPassword, job._id)),
    drop: job.drop,
    cutover: job.cutoverAt !== undefined,
  };
}

/** Answers at once when the jobs differ from those the agent knows, otherwise when they change or the time is up. */
export const pollJobs = operation<AgentRoom, Static<typeof Poll>, object, Gone>({
  id: 'pollAgentJobs',
  surface: 'telamon',
  route: 'POST /agent/jobs',
  inside: 'link',
  roles: [],
  fails: ['LINK_TOKEN_ALREADY_USED', 'LINK_NOT_FOUND'],
  versions: { '2023-01-01': { ...shown['2023-01-01'], body: Poll } },
  async run(call, room) {
    const { wanted, gone } = call;
    const over = AbortSignal.any([gone, room.signals.ended, AbortSignal.timeout(POLL_MS)]);
    const { _id } = await mine(call, room, wanted.instanceId);
    await room.migrations.seen(_id, wanted.instanceId, room.clock.now());
    for (;;) {
      const changed = room.signals.next(over);
      const link = await mine(call, room, wanted.instanceId);
      const jobs = await room.migrations.jobsOf(link._id);
      const same =
        jobs.length === Object.keys(wanted.known).length && jobs.every((it) => wanted.known[it._id] === it.revision);
      if (!same || over.aborted) {
        const orders = await Promise.all(jobs.map((it) => orderOf(it, room)));
        return { jobs: orders.filter((it) => it !== undefined) };
      }
      await changed;
    }
  },
});

const Report = Type.Object(
  {
    instanceId: text,
    jobId: text,
    ...reportFields,
  },
  closed,
);

export const reportJob = operation<
  AgentRoom,
  Static<typeof Report>,
  object,
  Gone | 'RESOURCE_NOT_FOUND' | 'VALIDATION_ERROR'
>({
  id: 'reportAgentJob',
  surface: 'telamon',
  route: 'POST /agent/report',
  inside: 'link',
  roles: [],
  fails: ['LINK_TOKEN_ALREADY_USED', 'LINK_NOT_FOUND', 'RESOURCE_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: { '2023-01-01': { ...shown['2023-01-01'], body: Report } },
  async run(call, room) {
    const { wanted, fail } = call;
    const { instanceId, jobId, ...said } = wanted;
    const link = await mine(call, room, instanceId);
    const job = await room.migrations.job(jobId);
    if (job?.linkId !== link._id) throw fail('RESOURCE_NOT_FOUND', `job ${jobId}`);
    await takeReport(room, job, said, fail);
    return {};
  },
});

export const agentOperations = [introduceAgent, pollJobs, reportJob];
