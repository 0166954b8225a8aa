import type { Leaving, Tx } from '../../base/state.ts';
import type { NewEvent } from '../../kernel/operation.ts';
import { type AccessListEntry, THIS_MACHINE } from './model.ts';
import type { AccessListStore } from './store.ts';

/** What other rooms may ask of the access lists. */
export const createAccessListQuestions = (store: AccessListStore) => ({
  /** From where the project's users may come at this moment, and when that changes by itself. */
  async sourcesOf(groupId: string, now: Date): Promise<{ sources: readonly string[]; until?: Date }> {
    const entries = await store.of(groupId, now);
    const ends = entries.map((it) => it.deleteAfterDate).filter((it) => it !== undefined);
    return {
      sources: entries.length ? entries.map((it: AccessListEntry) => it.cidrBlock) : THIS_MACHINE,
      until: ends.sort((a, b) => a.getTime() - b.getTime())[0],
    };
  },
  expiredIn: store.expiredIn,
  /** What there is to tell of it comes back. */
  async removeExpired(groupId: string, now: Date, tx: Tx): Promise<NewEvent[]> {
    const gone = await store.expired(groupId, now, tx);
    for (const { _id } of gone) await store.remove(_id, tx);
    return gone.map(({ cidrBlock }) => ({ type: 'NETWORK_PERMISSION_ENTRY_REMOVED', whitelistEntry: cidrBlock }));
  },
});

export const createAccessListLeaving = (store: AccessListStore): Leaving => ({
  clearGroup: async (groupId, tx) => void (await store.clearGroup(groupId, tx)),
});
