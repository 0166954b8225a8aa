import Type from 'typebox';
import { transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import { isLimitName, type LimitName, limitOf, projectLimits, type SeenLimit, wrongLimit } from './limits.ts';
import type { Project } from './model.ts';
import type { ProjectRoom } from './operations.ts';

const Whole = Type.Integer({ minimum: 0 });
const LimitReply = Type.Object({
  name: Type.String(),
  value: Whole,
  defaultLimit: Whole,
  maximumLimit: Whole,
  currentUsage: Type.Optional(Whole),
});
// Clients send back what they read.
const LimitWire = Type.Object(
  {
    value: Whole,
    name: Type.Optional(Type.String()),
    currentUsage: Type.Optional(Whole),
    defaultLimit: Type.Optional(Whole),
    maximumLimit: Type.Optional(Whole),
    links: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

const shown = {
  reply: LimitReply,
  status: 200,
  write: ({ name, value, currentUsage }: SeenLimit) => ({ name, value, currentUsage, ...projectLimits[name] }),
};

async function seen({ clusters }: ProjectRoom, { _id, limits }: Project, name: LimitName): Promise<SeenLimit> {
  const value = limitOf(limits, name);
  if (name !== 'atlas.project.deployment.clusters') return { name, value };
  return { name, value, currentUsage: (await clusters.countsIn([_id])).get(_id) ?? 0 };
}

export const listGroupLimits = operation<ProjectRoom, unknown, SeenLimit[], 'GROUP_NOT_FOUND'>({
  id: 'listGroupLimits',
  route: 'GET /groups/{groupId}/limits',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['GROUP_NOT_FOUND'],
  list: 'bare',
  versions: { '2023-01-01': shown },
  async run({ group, fail }, room) {
    const project = await room.projects.find(group.id);
    if (!project) throw fail('GROUP_NOT_FOUND', group.id);
    return Promise.all((Object.keys(projectLimits) as LimitName[]).map((name) => seen(room, project, name)));
  },
});

type Unknown = 'GROUP_NOT_FOUND' | 'RESOURCE_NOT_FOUND';
const unknown: Unknown[] = ['GROUP_NOT_FOUND', 'RESOURCE_NOT_FOUND'];

export const getGroupLimit = operation<ProjectRoom, unknown, SeenLimit, Unknown>({
  id: 'getGroupLimit',
  route: 'GET /groups/{groupId}/limits/{limitName}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: unknown,
  versions: { '2023-01-01': shown },
  async run({ group, path, fail }, room) {
    const name = path.limitName!;
    if (!isLimitName(name)) throw fail('RESOURCE_NOT_FOUND', `limit ${name}`);
    const project = await room.projects.find(group.id);
    if (!project) throw fail('GROUP_NOT_FOUND', group.id);
    return seen(room, project, name);
  },
});

export const setGroupLimit = operation<ProjectRoom, { value: number }, SeenLimit, Unknown | 'VALIDATION_ERROR'>({
  id: 'setGroupLimit',
  route: 'PATCH /groups/{groupId}/limits/{limitName}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [...unknown, 'VALIDATION_ERROR'],
  versions: { '2023-01-01': { ...shown, body: LimitWire } },
  async run({ group, path, wanted, note, fail }, room) {
    const name = path.limitName!;
    if (!isLimitName(name)) throw fail('RESOURCE_NOT_FOUND', `limit ${name}`);
    const wrong = wrongLimit(name, wanted.value);
    if (wrong) throw fail('VALIDATION_ERROR', wrong);
    const project = await transact(room.state, async (tx) => {
      const changed = await room.projects.setLimit(group.id, name, wanted.value, tx);
      if (!changed) throw fail('GROUP_NOT_FOUND', group.id);
      await note({ type: 'PROJECT_LIMIT_UPDATED' }, tx);
      return changed;
    });
    return seen(room, project, name);
  },
});

/** The project has what everybody has again. */
export const deleteGroupLimit = operation<ProjectRoom, unknown, void, Unknown>({
  id: 'deleteGroupLimit',
  route: 'DELETE /groups/{groupId}/limits/{limitName}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: unknown,
  versions: { '2023-01-01': { status: 204 } },
  async run({ group, path, note, fail }, { state, projects }) {
    const name = path.limitName!;
    if (!isLimitName(name)) throw fail('RESOURCE_NOT_FOUND', `limit ${name}`);
    await transact(state, async (tx) => {
      if (!(await projects.setLimit(group.id, name, undefined, tx))) throw fail('GROUP_NOT_FOUND', group.id);
      await note({ type: 'PROJECT_LIMIT_UPDATED' }, tx);
    });
  },
});

export const limitOperations = [listGroupLimits, getGroupLimit, setGroupLimit, deleteGroupLimit];
