import type { State, Tx } from '../../base/state.ts';
import type { CustomRole } from './model.ts';

/** The only code that touches the collection `customDatabaseRoles`. */
export function createRoleStore(state: State) {
  const roles = state.db.collection<CustomRole>('customDatabaseRoles');
  return {
    async prepare(): Promise<void> {
      await roles.createIndex({ groupId: 1, created: 1, _id: 1 });
    },
    of: (groupId: string, tx?: Tx) => roles.find({ groupId }, { session: tx }).sort({ created: 1, _id: 1 }).toArray(),
    find: (id: string, tx?: Tx) => roles.findOne({ _id: id }, { session: tx }),
    insert: (role: CustomRole, tx: Tx) => roles.insertOne(role, { session: tx }),
    put: (role: CustomRole, tx: Tx) => roles.replaceOne({ _id: role._id }, role, { session: tx }),
    remove: (id: string, tx: Tx) => roles.deleteOne({ _id: id }, { session: tx }),
    clearGroup: (groupId: string, tx: Tx) => roles.deleteMany({ groupId }, { session: tx }),
  };
}

export type RoleStore = ReturnType<typeof createRoleStore>;
