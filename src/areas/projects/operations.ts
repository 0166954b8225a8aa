import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { isDuplicateKey } from '../../base/driver-errors.ts';
import { isId, newId } from '../../base/ids.ts';
import { type Leaving, type State, type Tx, transact } from '../../base/state.ts';
import type { Limits } from '../../contract/limits.ts';
import { type Assignment, impliedOrgRoles } from '../../contract/roles.ts';
import { type Caller, operation, type Page } from '../../kernel/operation.ts';
import type { AlertQuestions } from '../alerts/questions.ts';
import type { OrgQuestions } from '../organizations/questions.ts';
import type { UserQuestions } from '../users/questions.ts';
import {
  type GroupSettings,
  isGroupName,
  newGroupSettings,
  type Project,
  projectEvents,
  settingEvents,
  type Tag,
} from './model.ts';
import { sightOf } from './questions.ts';
import type { ProjectStore } from './store.ts';
import {
  CreateProject,
  GroupSettingsWire,
  NewProjectReply,
  ProjectReply,
  type SeenProject,
  UpdateProject,
  writeNewProject,
  writeProject,
} from './wire.ts';

export interface ProjectRoom {
  state: State;
  projects: ProjectStore;
  orgs: Pick<OrgQuestions, 'within'>;
  clusters: { countsIn(groupIds: readonly string[]): Promise<Map<string, number>> };
  /** Gives the caller's own account a role. */
  assign(caller: Caller, role: Assignment, orgId: string, tx: Tx): Promise<void>;
  people: UserQuestions;
  alerts: AlertQuestions;
  limits: Limits;
  /** Every room that holds something inside a project, asked in this order before one is deleted. */
  leaving: readonly Leaving[];
  clock: Clock;
}

const named = { reply: ProjectReply, status: 200, write: writeProject };

async function seen({ clusters }: ProjectRoom, projects: readonly Project[]): Promise<SeenProject[]> {
  const counts = await clusters.countsIn(projects.map((it) => it._id));
  return projects.map((project) => ({ project, clusterCount: counts.get(project._id) ?? 0 }));
}
const one = async (room: ProjectRoom, project: Project): Promise<SeenProject> => (await seen(room, [project]))[0]!;
const page = async (room: ProjectRoom, { items, total }: Page<Project>): Promise<Page<SeenProject>> => ({
  items: await seen(room, items),
  total,
});

export const listGroups = operation<ProjectRoom, unknown, Page<SeenProject>>({
  id: 'listGroups',
  route: 'GET /groups',
  inside: 'anywhere',
  bucket: 'group',
  roles: [],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': named },
  run: async ({ caller, paging }, room) => page(room, await room.projects.list(sightOf(caller), paging)),
});

export const getOrgGroups = operation<ProjectRoom, unknown, Page<SeenProject>>({
  id: 'getOrgGroups',
  route: 'GET /orgs/{orgId}/groups',
  inside: 'org',
  roles: ['ORG_MEMBER'],
  fails: [],
  list: 'page',
  query: { name: Type.String() },
  versions: { '2023-01-01': named },
  run: async ({ org, caller, query, paging }, room) =>
    page(room, await room.projects.listIn(org.id, sightOf(caller), query.name as string | undefined, paging)),
});

interface NewProject {
  name: string;
  orgId: string;
  tags?: Tag[];
  withDefaultAlertsSettings?: boolean;
}

export const createGroup = operation<
  ProjectRoom,
  NewProject,
  SeenProject,
  | 'INVALID_GROUP_NAME'
  | 'INVALID_ORG_ID'
  | 'ORG_NOT_FOUND'
  | 'NOT_ORG_GROUP_CREATOR'
  | 'GROUP_ALREADY_EXISTS'
  | 'USER_NOT_FOUND'
  | 'MAX_GROUPS_PER_ORG_EXCEEDED'
>({
  id: 'createGroup',
  route: 'POST /groups',
  inside: 'anywhere',
  bucket: 'group',
  roles: [],
  fails: [
    'INVALID_GROUP_NAME',
    'INVALID_ORG_ID',
    'ORG_NOT_FOUND',
    'NOT_ORG_GROUP_CREATOR',
    'GROUP_ALREADY_EXISTS',
    'USER_NOT_FOUND',
    'MAX_GROUPS_PER_ORG_EXCEEDED',
  ],
  query: { projectOwnerId: Type.String() },
  versions: {
    '2023-01-01': {
      ...named,
      body: CreateProject,
      reply: NewProjectReply,
      status: 201,
      write: writeNewProject,
      // Atlas's, to the letter, though it leads nowhere.
      location: (_made, { origin }) => `${origin}//api/atlas/v1.0`,
    },
  },
  async run({ wanted, query, caller, note, fail }, room) {
    const { projects, orgs, people, alerts, assign, limits, clock } = room;
    const { name, orgId } = wanted;
    if (!isGroupName(name)) throw fail('INVALID_GROUP_NAME', name);
    if (!isId(orgId)) throw fail('INVALID_ORG_ID', orgId);
    const roles = (caller.orgRoles[orgId] ?? []).flatMap((role) => impliedOrgRoles(role));
    if (!roles.includes('ORG_GROUP_CREATOR')) throw fail('NOT_ORG_GROUP_CREATOR', orgId);
    try {
      const project = await orgs.within(orgId, async (tx) => {
        if ((await projects.countIn(orgId, tx)) >= limits.groupsPerOrg)
          throw fail('MAX_GROUPS_PER_ORG_EXCEEDED', limits.groupsPerOrg, orgId);
        const owner = await people.ownerFor(caller, [orgId], query.projectOwnerId as string | undefined, tx);
        const made: Project = {
          _id: newId(),
          orgId,
          name,
          created: clock.now(),
          tags: wanted.tags ?? [],
          withDefaultAlertsSettings: wanted.withDefaultAlertsSettings ?? true,
          settings: newGroupSettings(),
          held: 0,
        };
        await projects.insert(made, tx);
        if (made.withDefaultAlertsSettings) await alerts.beginIn(made._id, tx);
        const asOwner = { groupId: made._id, roleName: 'GROUP_OWNER' as const };
        await assign(caller, asOwner, orgId, tx);
        if (owner) await people.assign(owner._id, asOwner, orgId, tx);
        await note({ type: 'GROUP_CREATED', orgId, groupId: made._id }, tx);
        return made;
      });
      return { project, clusterCount: 0 };
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('GROUP_ALREADY_EXISTS', name);
      throw error;
    }
  },
});

export const getGroup = operation<ProjectRoom, unknown, SeenProject, 'GROUP_NOT_FOUND'>({
  id: 'getGroup',
  route: 'GET /groups/{groupId}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['GROUP_NOT_FOUND'],
  versions: { '2023-01-01': named },
  async run({ group, fail }, room) {
    const project = await room.projects.find(group.id);
    if (!project) throw fail('GROUP_NOT_FOUND', group.id);
    return one(room, project);
  },
});

export const getGroupByName = operation<ProjectRoom, unknown, SeenProject, 'GROUP_NAME_NOT_FOUND' | 'MULTIPLE_GROUPS'>({
  id: 'getGroupByName',
  route: 'GET /groups/byName/{groupName}',
  inside: 'anywhere',
  roles: [],
  fails: ['GROUP_NAME_NOT_FOUND', 'MULTIPLE_GROUPS'],
  versions: { '2023-01-01': named },
  async run({ path, caller, fail }, room) {
    const name = path.groupName!;
    const [project, second] = await room.projects.named(name, sightOf(caller));
    if (!project) throw fail('GROUP_NAME_NOT_FOUND', name);
    if (second) throw fail('MULTIPLE_GROUPS', name);
    return one(room, project);
  },
});

export const updateGroup = operation<
  ProjectRoom,
  Partial<Pick<Project, 'name' | 'tags' | 'withDefaultAlertsSettings'>>,
  SeenProject,
  'INVALID_GROUP_NAME' | 'GROUP_NOT_FOUND' | 'GROUP_ALREADY_EXISTS'
>({
  id: 'updateGroup',
  route: 'PATCH /groups/{groupId}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['INVALID_GROUP_NAME', 'GROUP_NOT_FOUND', 'GROUP_ALREADY_EXISTS'],
  versions: { '2023-01-01': { ...named, body: UpdateProject } },
  async run({ group, wanted, note, fail }, room) {
    const { state, projects } = room;
    if (wanted.name !== undefined && !isGroupName(wanted.name)) throw fail('INVALID_GROUP_NAME', wanted.name);
    try {
      const project = await transact(state, async (tx) => {
        const before = await projects.hold(group.id, tx);
        const after = before && (await projects.update(group.id, wanted, tx));
        if (!after) throw fail('GROUP_NOT_FOUND', group.id);
        for (const type of projectEvents(before, after)) {
          const tags = type === 'GROUP_TAGS_MODIFIED' ? { resourceId: group.id, resourceType: 'group' as const } : {};
          await note({ type, ...tags }, tx);
        }
        return after;
      });
      return await one(room, project);
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('GROUP_ALREADY_EXISTS', wanted.name!);
      throw error;
    }
  },
});

/** Refused while something of worth is inside; what goes, goes in one transaction. */
export const deleteGroup = operation<
  ProjectRoom,
  unknown,
  object,
  'GROUP_NOT_FOUND' | 'CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS'
>({
  id: 'deleteGroup',
  route: 'DELETE /groups/{groupId}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['GROUP_NOT_FOUND', 'CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS'],
  versions: { '2023-01-01': { reply: Type.Object({}), status: 202 } },
  run: ({ group, note, fail }, { state, projects, leaving }) =>
    transact(state, async (tx) => {
      if (!(await projects.hold(group.id, tx))) throw fail('GROUP_NOT_FOUND', group.id);
      for (const room of leaving) await room.refuseGroup?.(group.id, tx);
      for (const room of leaving) await room.clearGroup?.(group.id, tx);
      await projects.remove(group.id, tx);
      await note({ type: 'GROUP_DELETED' }, tx);
      return {};
    }),
});

export const getGroupSettings = operation<ProjectRoom, unknown, GroupSettings, 'GROUP_NOT_FOUND'>({
  id: 'getGroupSettings',
  route: 'GET /groups/{groupId}/settings',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['GROUP_NOT_FOUND'],
  versions: { '2023-01-01': { reply: GroupSettingsWire, status: 200 } },
  async run({ group, fail }, { projects }) {
    const project = await projects.find(group.id);
    if (!project) throw fail('GROUP_NOT_FOUND', group.id);
    return project.settings;
  },
});

export const updateGroupSettings = operation<ProjectRoom, Partial<GroupSettings>, GroupSettings, 'GROUP_NOT_FOUND'>({
  id: 'updateGroupSettings',
  route: 'PATCH /groups/{groupId}/settings',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['GROUP_NOT_FOUND'],
  versions: { '2023-01-01': { body: GroupSettingsWire, reply: GroupSettingsWire, status: 200 } },
  run: ({ group, wanted, note, fail }, { state, projects }) =>
    transact(state, async (tx) => {
      const before = await projects.hold(group.id, tx);
      const after = before && (await projects.updateSettings(group.id, wanted, tx));
      if (!after) throw fail('GROUP_NOT_FOUND', group.id);
      for (const type of settingEvents(before.settings, after.settings)) await note({ type }, tx);
      return after.settings;
    }),
});

export const projectOperations = [
  listGroups,
  getOrgGroups,
  createGroup,
  getGroup,
  getGroupByName,
  updateGroup,
  deleteGroup,
  getGroupSettings,
  updateGroupSettings,
];
