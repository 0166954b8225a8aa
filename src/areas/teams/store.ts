import type { State, Tx } from '../../base/state.ts';
import type { GroupRole } from '../../contract/roles.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import type { Team } from './model.ts';

/** The only code that touches the collection `teams`. */
export function createTeamStore(state: State) {
  const teams = state.db.collection<Team>('teams');
  const page = async (filter: object, { skip, itemsPerPage }: Paging): Promise<Page<Team>> => {
    const [items, total] = await Promise.all([
      teams.find(filter).sort({ _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
      teams.countDocuments(filter),
    ]);
    return { items, total };
  };
  return {
    async prepare(): Promise<void> {
      await teams.createIndex({ orgId: 1, name: 1 }, { unique: true });
      await teams.createIndex({ 'groups.groupId': 1 });
    },
    insert: (team: Team, tx: Tx) => teams.insertOne(team, { session: tx }),
    find: (orgId: string, id: string, tx?: Tx) => teams.findOne({ _id: id, orgId }, { session: tx }),
    named: (orgId: string, name: string) => teams.findOne({ orgId, name }),
    of: (ids: readonly string[]) => teams.find({ _id: { $in: [...ids] } }).toArray(),
    countIn: (orgId: string, ids: readonly string[], tx: Tx) =>
      teams.countDocuments({ orgId, _id: { $in: [...ids] } }, { session: tx }),
    countOf: (orgId: string, tx: Tx) => teams.countDocuments({ orgId }, { session: tx }),
    countWith: (groupId: string, tx: Tx) => teams.countDocuments({ 'groups.groupId': groupId }, { session: tx }),
    list: (orgId: string, paging: Paging) => page({ orgId }, paging),
    listWith: (groupId: string, paging: Paging) => page({ 'groups.groupId': groupId }, paging),
    idsWith: async (groupId: string): Promise<string[]> =>
      (await teams.find({ 'groups.groupId': groupId }, { projection: { _id: 1 } }).toArray()).map((it) => it._id),
    rename: (orgId: string, id: string, name: string, tx: Tx) =>
      teams.findOneAndUpdate({ _id: id, orgId }, { $set: { name } }, { returnDocument: 'after', session: tx }),
    remove: (id: string, tx: Tx) => teams.deleteOne({ _id: id }, { session: tx }),
    addGroup: (id: string, groupId: string, roles: readonly GroupRole[], tx: Tx) =>
      teams.updateOne({ _id: id }, { $push: { groups: { groupId, roles: [...roles] } } }, { session: tx }),
    setGroupRoles: (id: string, groupId: string, roles: readonly GroupRole[], tx: Tx) =>
      teams.updateOne(
        { _id: id, 'groups.groupId': groupId },
        { $set: { 'groups.$.roles': [...roles] } },
        { session: tx },
      ),
    removeGroup: (id: string, groupId: string, tx: Tx) =>
      teams.updateOne({ _id: id }, { $pull: { groups: { groupId } } }, { session: tx }),
    clearOrg: async (orgId: string, tx: Tx): Promise<void> => void (await teams.deleteMany({ orgId }, { session: tx })),
    async clearGroup(groupId: string, tx: Tx): Promise<void> {
      await teams.updateMany({ 'groups.groupId': groupId }, { $pull: { groups: { groupId } } }, { session: tx });
    },
  };
}

export type TeamStore = ReturnType<typeof createTeamStore>;
