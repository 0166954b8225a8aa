import type { State, Tx } from '../../base/state.ts';
import type { Job, LinkedAgent, MigrationLink } from './model.ts';

/** The only code that touches the collections `migrationLinks` and `migrationJobs`. */
export function createMigrationStore(state: State) {
  const links = state.db.collection<MigrationLink>('migrationLinks');
  const jobs = state.db.collection<Job>('migrationJobs');
  const running = { status: { $in: ['NEW', 'WORKING'] as Job['status'][] } };
  return {
    async prepare(): Promise<void> {
      await links.createIndex({ keyId: 1 }, { unique: true });
      await links.createIndex({ orgId: 1 });
      await links.createIndex({ 'agent.projectId': 1 }, { unique: true, sparse: true });
      await jobs.createIndex({ orgId: 1 });
      await jobs.createIndex({ linkId: 1, status: 1 });
      await jobs.createIndex({ groupId: 1 });
      // What is unfinished is asked for every few seconds, and what has ended is kept.
      await jobs.createIndex({ status: 1 });
      await jobs.createIndex({ sealedPassword: 1 }, { sparse: true });
      // One destination takes one migration, and one deployment gives to one at a time.
      const whileActive = { unique: true, partialFilterExpression: { active: true } };
      await jobs.createIndex({ clusterId: 1 }, { name: 'one_into_a_cluster', ...whileActive });
      // Installations from before have the narrower rule that an agent does one at a time.
      if ((await jobs.indexes()).some((it) => it.name === 'one_of_an_agent')) await jobs.dropIndex('one_of_an_agent');
      await jobs.createIndex({ linkId: 1, deployment: 1 }, { name: 'one_of_a_deployment', ...whileActive });
    },
    insertLink: (link: MigrationLink, tx: Tx) => links.insertOne(link, { session: tx }),
    linksOf: (orgId: string, tx?: Tx) => links.find({ orgId }, { session: tx }).sort({ _id: 1 }).toArray(),
    linkOfKey: (keyId: string, tx?: Tx) => links.findOne({ keyId }, { session: tx }),
    linkOfProject: (orgId: string, projectId: string, tx?: Tx) =>
      links.findOneAndUpdate(
        { orgId, 'agent.projectId': projectId },
        { $inc: { held: 1 } },
        { session: tx, returnDocument: 'after' },
      ),
    removeLink: (id: string, tx: Tx) => links.deleteOne({ _id: id }, { session: tx }),
    /** Gives the link to this agent unless another one has it. False when the link is gone or another's. */
    async claim(id: string, agent: LinkedAgent): Promise<boolean> {
      const mine = { $or: [{ agent: { $exists: false } }, { 'agent.instanceId': agent.instanceId }] };
      return (await links.updateOne({ _id: id, ...mine }, { $set: { agent } })).matchedCount === 1;
    },
    seen: (id: string, instanceId: string, now: Date) =>
      links.updateOne({ _id: id, 'agent.instanceId': instanceId }, { $set: { 'agent.seen': now } }),

    insertJob: (job: Job, tx?: Tx) => jobs.insertOne(job, { session: tx }),
    job: (id: string, tx?: Tx) => jobs.findOne({ _id: id }, { session: tx }),
    jobIn: (groupId: string, id: string, kind: Job['kind'], tx?: Tx) =>
      jobs.findOne({ _id: id, groupId, kind }, { session: tx }),
    activeOf: (linkId: string, deployment: string, clusterId: string) =>
      jobs.findOne({ linkId, deployment, clusterId, active: true }),
    jobsOf: (linkId: string) => jobs.find({ linkId, status: 'WORKING' }).sort({ _id: 1 }).toArray(),
    /** Those with work left: not ended, or with a temporary user still on the destination. */
    unfinished: async (): Promise<string[]> =>
      (
        await jobs.find({ $or: [running, { sealedPassword: { $exists: true } }] }, { projection: { _id: 1 } }).toArray()
      ).map((it) => it._id),
    activeGroups: (orgId: string, tx: Tx): Promise<string[]> =>
      jobs.distinct('groupId', { orgId, active: true }, { session: tx }),
    isActiveInto: async (clusterId: string, tx?: Tx): Promise<boolean> =>
      (await jobs.findOne({ clusterId, active: true }, { session: tx, projection: { _id: 1 } })) !== null,
    /** Changes a job that has not ended; `wake` has the agent look again. False when it has ended. */
    async change(
      id: string,
      set: Partial<Job>,
      more: { when?: object; wake?: boolean; tx?: Tx } = {},
    ): Promise<boolean> {
      const done = await jobs.updateOne(
        { _id: id, ...running, ...more.when },
        { $set: set, $inc: { revision: more.wake ? 1 : 0 } },
        { session: more.tx },
      );
      return done.matchedCount === 1;
    },
    /** Ends a job once, `when` that holds; what only a running one needs goes with it. */
    async end(id: string, status: Job['status'], set: Partial<Job>, tx: Tx, when: object = {}): Promise<boolean> {
      const done = await jobs.updateOne(
        { _id: id, ...running, ...when },
        { $set: { ...set, status }, $unset: { active: '', sealedLogin: '' }, $inc: { revision: 1 } },
        { session: tx },
      );
      return done.matchedCount === 1;
    },
    userDropped: (id: string) => jobs.updateOne({ _id: id }, { $unset: { sealedPassword: '' } }),
    async clearOrg(orgId: string, tx: Tx): Promise<void> {
      await links.deleteMany({ orgId }, { session: tx });
      await jobs.deleteMany({ orgId }, { session: tx });
    },
    clearGroup: (groupId: string, tx: Tx) => jobs.deleteMany({ groupId }, { session: tx }),
  };
}

export type MigrationStore = ReturnType<typeof createMigrationStore>;
