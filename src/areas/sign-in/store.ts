import type { State, Tx } from '../../base/state.ts';
import type { BrowserSession, DeviceGrant, RefreshToken } from './model.ts';

/** The only code that touches the collections `deviceGrants`, `refreshTokens` and `browserSessions`. */
export function createSignInStore(state: State) {
  const grants = state.db.collection<DeviceGrant>('deviceGrants');
  const tokens = state.db.collection<RefreshToken>('refreshTokens');
  const sessions = state.db.collection<BrowserSession>('browserSessions');
  return {
    async prepare(): Promise<void> {
      await grants.createIndex({ userCode: 1 }, { unique: true });
      await grants.createIndex({ 'decision.userId': 1 }, { sparse: true });
      await tokens.createIndex({ userId: 1 });
      await sessions.createIndex({ userId: 1 });
      // Kept a while, so that a device hears that its code has expired and not that there is none.
      await grants.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 3_600 });
      await tokens.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
      await sessions.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 });
    },
    insertGrant: (grant: DeviceGrant) => grants.insertOne(grant),
    grant: (id: string) => grants.findOne({ _id: id }),
    /** Decides what nobody has decided yet; null when there is no such code, or no longer. */
    decide: (userCode: string, decision: DeviceGrant['decision'], now: Date) =>
      grants.findOneAndUpdate(
        { userCode, expiresAt: { $gt: now }, decision: { $exists: false } },
        { $set: { decision } },
        { returnDocument: 'after' },
      ),
    /** Takes an allowed grant, which is good for one token. */
    takeGrant: (id: string) => grants.findOneAndDelete({ _id: id, 'decision.allowed': true }),
    insertToken: (token: RefreshToken) => tokens.insertOne(token),
    token: (id: string, now: Date) => tokens.findOne({ _id: id, expiresAt: { $gt: now } }),
    removeToken: (id: string) => tokens.deleteOne({ _id: id }),
    insertSession: (session: BrowserSession) => sessions.insertOne(session),
    session: (id: string, now: Date) => sessions.findOne({ _id: id, expiresAt: { $gt: now } }),
    /** False when the session has ended, or was last used at `idleSince` or before; else it is used now. */
    useSession: async (id: string, now: Date, idleSince?: Date): Promise<boolean> =>
      (
        await sessions.updateOne(
          { _id: id, expiresAt: { $gt: now }, ...(idleSince && { usedAt: { $gt: idleSince } }) },
          { $set: { usedAt: now } },
        )
      ).matchedCount === 1,
    removeSession: (id: string) => sessions.deleteOne({ _id: id }),
    async forgetUser(userId: string, tx: Tx): Promise<void> {
      // Also what was allowed and not fetched yet: the device would get a token of its own afterwards.
      await grants.deleteMany({ 'decision.userId': userId }, { session: tx });
      await tokens.deleteMany({ userId }, { session: tx });
      await sessions.deleteMany({ userId }, { session: tx });
    },
  };
}

export type SignInStore = ReturnType<typeof createSignInStore>;
