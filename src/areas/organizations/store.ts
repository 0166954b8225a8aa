import { finder, type State, type Tx } from '../../base/state.ts';
import { createTurns } from '../../base/turns.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import type { Organization, OrgSettings } from './model.ts';

/** The only code that touches the collection `organizations`. */
export function createOrgStore(state: State) {
  const orgs = state.db.collection<Organization>('organizations');
  const byId = finder(orgs);
  const turn = createTurns();
  return {
    insert: (org: Organization, tx?: Tx) => orgs.insertOne(org, { session: tx }),
    find: async (id: string, tx?: Tx): Promise<Readonly<Organization> | null> =>
      tx ? orgs.findOne({ _id: id }, { session: tx }) : ((await byId(id)) ?? null),
    /** Those with this name or id; two at most, for names are not unique. */
    named: (text: string) =>
      orgs
        .find({ $or: [{ _id: text }, { name: text }] })
        .limit(2)
        .toArray(),
    async list(ids: readonly string[], prefix: string | undefined, paging: Paging): Promise<Page<Organization>> {
      const name = prefix
        ? { name: { $regex: `^${prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`, $options: 'i' } }
        : {};
      const filter = { _id: { $in: [...ids] }, ...name };
      const [items, total] = await Promise.all([
        orgs.find(filter).sort({ _id: 1 }).skip(paging.skip).limit(paging.itemsPerPage).toArray(),
        orgs.countDocuments(filter),
      ]);
      return { items, total };
    },
    async update(
      id: string,
      change: Partial<Pick<Organization, 'name' | 'billingUnsettled' | 'skipDefaultAlertsSettings'>>,
      tx: Tx,
    ) {
      await turn(id, tx);
      return orgs.findOneAndUpdate({ _id: id }, { $set: change }, { returnDocument: 'after', session: tx });
    },
    updateSettings: (id: string, set: Partial<OrgSettings>, gone: readonly string[], tx: Tx) =>
      orgs.findOneAndUpdate(
        { _id: id },
        [
          { $set: { settings: { $mergeObjects: ['$settings', { $literal: set }] } } },
          ...(gone.length ? [{ $unset: gone.map((it) => `settings.${it}`) }] : []),
        ],
        { returnDocument: 'after', session: tx },
      ),
    /** Null when the organization is gone. */
    async hold(id: string, tx: Tx): Promise<Readonly<Organization> | null> {
      await turn(id, tx);
      return orgs.findOneAndUpdate({ _id: id }, { $inc: { held: 1 } }, { returnDocument: 'after', session: tx });
    },
    remove: (id: string, tx: Tx) => orgs.deleteOne({ _id: id }, { session: tx }),
  };
}

export type OrgStore = ReturnType<typeof createOrgStore>;
