import { finder, type State, type Tx } from '../../base/state.ts';
import { createTurns } from '../../base/turns.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import type { LimitName } from './limits.ts';
import type { GroupSettings, Project } from './model.ts';

/** Which projects somebody may see: all of some organizations, and some by themselves. */
export interface Sight {
  orgIds: readonly string[];
  groupIds: readonly string[];
}

/** The only code that touches the collection `projects`. */
export function createProjectStore(state: State) {
  const projects = state.db.collection<Project>('projects');
  const byId = finder(projects);
  const turn = createTurns();
  const page = async (filter: object, { skip, itemsPerPage }: Paging): Promise<Page<Project>> => {
    const [items, total] = await Promise.all([
      projects.find(filter).sort({ _id: 1 }).skip(skip).limit(itemsPerPage).toArray(),
      projects.countDocuments(filter),
    ]);
    return { items, total };
  };
  const seen = ({ orgIds, groupIds }: Sight) => {
    const within = { orgId: { $in: [...orgIds] } };
    // Each side has an index that is in the order of the list; without the other side no merge is needed.
    return groupIds.length ? { $or: [within, { _id: { $in: [...groupIds] } }] } : within;
  };
  return {
    async prepare(): Promise<void> {
      await projects.createIndex({ orgId: 1, name: 1 }, { unique: true });
      await projects.createIndex({ orgId: 1, _id: 1 });
    },
    insert: (project: Project, tx?: Tx) => projects.insertOne(project, { session: tx }),
    find: async (id: string, tx?: Tx): Promise<Readonly<Project> | null> =>
      tx ? projects.findOne({ _id: id }, { session: tx }) : ((await byId(id)) ?? null),
    list: (sight: Sight, paging: Paging) => page(seen(sight), paging),
    listIn: (orgId: string, sight: Sight, name: string | undefined, paging: Paging) => {
      const prefix = name?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return page(
        { $and: [{ orgId }, seen(sight)], ...(prefix ? { name: { $regex: `^${prefix}`, $options: 'i' } } : {}) },
        paging,
      );
    },
    named: (name: string, sight: Sight) =>
      projects
        .find({ name, ...seen(sight) })
        .limit(2)
        .toArray(),
    namedIn: (orgId: string, text: string) => projects.findOne({ orgId, $or: [{ _id: text }, { name: text }] }),
    countIn: (orgId: string, tx: Tx) => projects.countDocuments({ orgId }, { session: tx }),
    idsIn: async (orgId: string, tx?: Tx): Promise<string[]> =>
      (await projects.find({ orgId }, { session: tx, projection: { _id: 1 } }).toArray()).map((it) => it._id),
    update: (id: string, change: Partial<Pick<Project, 'name' | 'tags' | 'withDefaultAlertsSettings'>>, tx: Tx) =>
      projects.findOneAndUpdate(
        { _id: id },
        // An empty change is still an answer with the project.
        Object.keys(change).length ? { $set: change } : { $unset: { nothing: '' } },
        { returnDocument: 'after', session: tx },
      ),
    updateSettings: (id: string, change: Partial<GroupSettings>, tx: Tx) =>
      projects.findOneAndUpdate(
        { _id: id },
        [{ $set: { settings: { $mergeObjects: ['$settings', { $literal: change }] } } }],
        { returnDocument: 'after', session: tx },
      ),
    /** Undefined gives the project what everybody has. Null when the project is gone. */
    async setLimit(id: string, name: LimitName, value: number | undefined, tx: Tx) {
      await turn(id, tx);
      const others = { $filter: { input: { $ifNull: ['$limits', []] }, cond: { $ne: ['$$this.name', name] } } };
      const given = value === undefined ? [] : [{ name, value }];
      return projects.findOneAndUpdate({ _id: id }, [{ $set: { limits: { $concatArrays: [others, given] } } }], {
        returnDocument: 'after',
        session: tx,
      });
    },
    /** Null when the project is gone. */
    async hold(id: string, tx: Tx): Promise<Readonly<Project> | null> {
      await turn(id, tx);
      return projects.findOneAndUpdate({ _id: id }, { $inc: { held: 1 } }, { returnDocument: 'after', session: tx });
    },
    remove: (id: string, tx: Tx) => projects.deleteOne({ _id: id }, { session: tx }),
  };
}

export type ProjectStore = ReturnType<typeof createProjectStore>;
