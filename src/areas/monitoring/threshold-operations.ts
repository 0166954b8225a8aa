import Type from 'typebox';
import { type State, transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import type { ThresholdStore } from './slow-threshold.ts';

export interface ThresholdRoom {
  state: State;
  thresholds: ThresholdStore;
  projects: Pick<ProjectQuestions, 'within'>;
}

const about = { inside: 'group', bucket: 'user', fails: [] } as const;

export const getManagedSlowMs = operation<ThresholdRoom, unknown, boolean>({
  ...about,
  id: 'getGroupManagedSlowMs',
  route: 'GET /groups/{groupId}/managedSlowMs',
  roles: ['GROUP_READ_ONLY'],
  versions: { '2023-01-01': { reply: Type.Boolean(), status: 200 } },
  run: async ({ group }, { thresholds }) => (await thresholds.find(group.id))?.managed === true,
});

export const enableManagedSlowMs = operation<ThresholdRoom, unknown, void>({
  ...about,
  id: 'enableGroupManagedSlowMs',
  route: 'POST /groups/{groupId}/managedSlowMs/enable',
  roles: ['GROUP_OWNER'],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ group }, { projects, thresholds }) =>
    projects.within(group.id, async (tx) => void (await thresholds.manage(group.id, tx))),
});

export const disableManagedSlowMs = operation<ThresholdRoom, unknown, void>({
  ...about,
  id: 'disableGroupManagedSlowMs',
  route: 'DELETE /groups/{groupId}/managedSlowMs/disable',
  roles: ['GROUP_OWNER'],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ group }, { state, thresholds }) => transact(state, async (tx) => void (await thresholds.leave(group.id, tx))),
});

export const thresholdOperations = [getManagedSlowMs, enableManagedSlowMs, disableManagedSlowMs];
