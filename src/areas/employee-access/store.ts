import type { State, Tx } from '../../base/state.ts';
import type { Grant, Staff, StaffSession } from './model.ts';

/** How long an opening may take before it is held for given up. */
const OPENING_MS = 60_000;

/** The only code that touches the collections `employeeAccessGrants`, `staff` and `staffSessions`. */
export function createAccessStore(state: State) {
  const grants = state.db.collection<Grant>('employeeAccessGrants');
  const staff = state.db.collection<Staff>('staff');
  const sessions = state.db.collection<StaffSession>('staffSessions');
  const end = { $set: { ending: true as const } };
  return {
    async prepare(): Promise<void> {
      await sessions.createIndex({ clusterId: 1 });
      await sessions.createIndex({ expiresAt: 1 });
      await sessions.createIndex({ ending: 1 }, { sparse: true });
      await sessions.createIndex({ staff: 1 });
      await grants.createIndex({ groupId: 1 });
    },
    putGrant: (grant: Grant, tx?: Tx) => grants.replaceOne({ _id: grant._id }, grant, { upsert: true, session: tx }),
    grant: (clusterId: string, tx?: Tx) => grants.findOne({ _id: clusterId }, { session: tx }),
    grants: (clusterIds: readonly string[]) => grants.find({ _id: { $in: [...clusterIds] } }).toArray(),
    /** Notes a use of the grant; null when it is gone. */
    use: (clusterId: string, tx: Tx) =>
      grants.findOneAndUpdate({ _id: clusterId }, { $inc: { uses: 1 } }, { session: tx, returnDocument: 'after' }),
    /** False when there was no grant; sessions end all the same. */
    async revoke(clusterId: string, tx: Tx): Promise<boolean> {
      const { deletedCount } = await grants.deleteOne({ _id: clusterId }, { session: tx });
      await sessions.updateMany({ clusterId }, end, { session: tx });
      return deletedCount === 1;
    },
    /** Sessions end that a grant of this kind and until this time would not have opened. */
    endBeyond: ({ _id, grantType, expirationTime }: Grant, tx: Tx) =>
      sessions.updateMany(
        { clusterId: _id, $or: [{ grantType: { $ne: grantType } }, { expiresAt: { $gt: expirationTime } }] },
        end,
        { session: tx },
      ),
    insertStaff: (it: Staff) => staff.insertOne(it),
    staff: (username: string) => staff.findOne({ _id: username }),
    allStaff: () => staff.find().sort({ _id: 1 }).toArray(),
    /** False when there was none of that name. */
    async removeStaff(username: string, tx: Tx): Promise<boolean> {
      await sessions.updateMany({ staff: username }, end, { session: tx });
      return (await staff.deleteOne({ _id: username }, { session: tx })).deletedCount === 1;
    },
    insertSession: (it: StaffSession, tx: Tx) => sessions.insertOne(it, { session: tx }),
    session: (id: string) => sessions.findOne({ _id: id }),
    /** False when the session was told to end while it was opening. */
    async opened(id: string): Promise<boolean> {
      const still = { _id: id, ending: { $exists: false } };
      return (await sessions.updateOne(still, { $unset: { opening: '' } })).matchedCount === 1;
    },
    /** The opening has been given up; the sweeper takes the rest away. */
    abandon: (id: string) => sessions.updateOne({ _id: id }, { ...end, $unset: { opening: '' } }),
    endSession: (id: string, tx?: Tx) => sessions.updateOne({ _id: id }, end, { session: tx }),
    endingOn: (clusterId: string) => sessions.find({ clusterId, ending: true }).toArray(),
    endingOf: (username: string) => sessions.find({ staff: username, ending: true }).toArray(),
    due: async (now: Date): Promise<string[]> =>
      (
        await sessions
          .find({ $or: [{ ending: true }, { expiresAt: { $lte: now } }] }, { projection: { _id: 1 } })
          .toArray()
      ).map((it) => it._id),
    /** Forgets a session whose user is dropped, unless its opener may still be about to make that user. */
    async forget(id: string, now: Date): Promise<boolean> {
      const over = {
        $or: [{ opening: { $exists: false } }, { created: { $lt: new Date(now.getTime() - OPENING_MS) } }],
      };
      return (await sessions.deleteOne({ _id: id, ...over })).deletedCount === 1;
    },
    async clearCluster(clusterId: string): Promise<void> {
      await grants.deleteOne({ _id: clusterId });
      await sessions.deleteMany({ clusterId });
    },
    clearGroup: (groupId: string, tx: Tx) => grants.deleteMany({ groupId }, { session: tx }),
  };
}

export type AccessStore = ReturnType<typeof createAccessStore>;
