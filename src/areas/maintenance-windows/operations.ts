import Type from 'typebox';
import { type State, transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import type { MaintenanceStore, MaintenanceWindow } from './store.ts';

export interface MaintenanceRoom {
  state: State;
  windows: MaintenanceStore;
  projects: Pick<ProjectQuestions, 'within'>;
}

const Hour = Type.Integer({ minimum: 0, maximum: 23 });
const ProtectedHours = Type.Object({ startHourOfDay: Hour, endHourOfDay: Hour }, { additionalProperties: false });
const WindowReply = Type.Object({
  dayOfWeek: Type.Integer(),
  hourOfDay: Type.Integer(),
  autoDeferOnceEnabled: Type.Boolean(),
  numberOfDeferrals: Type.Integer(),
  protectedHours: Type.Optional(ProtectedHours),
  startASAP: Type.Boolean(),
  timeZoneId: Type.String(),
});
const WindowWire = Type.Object(
  {
    dayOfWeek: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 })),
    hourOfDay: Type.Optional(Hour),
    autoDeferOnceEnabled: Type.Optional(Type.Boolean()),
    protectedHours: Type.Optional(ProtectedHours),
    startASAP: Type.Optional(Type.Boolean()),
    // Clients that send back what they read include these.
    numberOfDeferrals: Type.Optional(Type.Integer()),
    timeZoneId: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

type Change = Partial<Omit<MaintenanceWindow, '_id'>> & { startASAP?: boolean };
const read = ({ dayOfWeek, hourOfDay, autoDeferOnceEnabled, protectedHours, startASAP }: Change): Change =>
  Object.fromEntries(
    Object.entries({ dayOfWeek, hourOfDay, autoDeferOnceEnabled, protectedHours, startASAP }).filter(
      ([, value]) => value !== undefined,
    ),
  );

/** This server plans no maintenance of its own: a window says when an operator may. Without one its day is 0. */
export const getGroupMaintenanceWindow = operation<MaintenanceRoom, unknown, MaintenanceWindow>({
  id: 'getGroupMaintenanceWindow',
  route: 'GET /groups/{groupId}/maintenanceWindow',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  versions: {
    '2023-01-01': {
      reply: WindowReply,
      status: 200,
      write: ({ _id, ...window }) => ({ ...window, numberOfDeferrals: 0, startASAP: false, timeZoneId: 'UTC' }),
    },
  },
  run: async ({ group }, { windows }) =>
    (await windows.find(group.id)) ?? { _id: group.id, dayOfWeek: 0, hourOfDay: 0, autoDeferOnceEnabled: false },
});

export const updateGroupMaintenanceWindow = operation<
  MaintenanceRoom,
  Change,
  void,
  'MISSING_ATTRIBUTE' | 'VALIDATION_ERROR' | 'GROUP_NOT_FOUND'
>({
  id: 'updateGroupMaintenanceWindow',
  route: 'PATCH /groups/{groupId}/maintenanceWindow',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['MISSING_ATTRIBUTE', 'VALIDATION_ERROR', 'GROUP_NOT_FOUND'],
  versions: { '2023-01-01': { body: WindowWire, read, status: 200 } },
  run: ({ group, wanted: { startASAP, ...change }, note, fail }, { windows, projects }) =>
    projects.within(group.id, async (tx) => {
      if (startASAP) throw fail('VALIDATION_ERROR', 'startASAP: no maintenance is waiting to be started');
      const before = await windows.find(group.id, tx);
      const dayOfWeek = change.dayOfWeek ?? before?.dayOfWeek;
      if (dayOfWeek === undefined) throw fail('MISSING_ATTRIBUTE', 'dayOfWeek');
      const first = { _id: group.id, hourOfDay: 0, autoDeferOnceEnabled: false };
      await windows.put({ ...first, ...before, ...change, dayOfWeek }, tx);
      await note({ type: before ? 'ATLAS_MAINTENANCE_WINDOW_MODIFIED' : 'ATLAS_MAINTENANCE_WINDOW_ADDED' }, tx);
    }),
});

export const resetGroupMaintenanceWindow = operation<MaintenanceRoom, unknown, void>({
  id: 'resetGroupMaintenanceWindow',
  route: 'DELETE /groups/{groupId}/maintenanceWindow',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ group, note }, { state, windows }) =>
    transact(state, async (tx) => {
      if (await windows.remove(group.id, tx)) await note({ type: 'ATLAS_MAINTENANCE_WINDOW_REMOVED' }, tx);
    }),
});

export const toggleAutoDefer = operation<MaintenanceRoom, unknown, void, 'VALIDATION_ERROR'>({
  id: 'toggleGroupMaintenanceWindowAutoDefer',
  route: 'POST /groups/{groupId}/maintenanceWindow/autoDefer',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['VALIDATION_ERROR'],
  versions: { '2023-01-01': { status: 200 } },
  run: ({ group, note, fail }, { state, windows }) =>
    transact(state, async (tx) => {
      const window = await windows.find(group.id, tx);
      if (!window) throw fail('VALIDATION_ERROR', 'the project has no maintenance window');
      const autoDeferOnceEnabled = !window.autoDeferOnceEnabled;
      await windows.put({ ...window, autoDeferOnceEnabled }, tx);
      const turned = autoDeferOnceEnabled ? 'ENABLED' : 'DISABLED';
      await note({ type: `ATLAS_MAINTENANCE_AUTO_DEFER_${turned}` }, tx);
    }),
});

export const deferMaintenance = operation<MaintenanceRoom, unknown, void, 'VALIDATION_ERROR'>({
  id: 'deferGroupMaintenanceWindow',
  route: 'POST /groups/{groupId}/maintenanceWindow/defer',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['VALIDATION_ERROR'],
  versions: { '2023-01-01': { status: 200 } },
  async run({ fail }) {
    throw fail('VALIDATION_ERROR', 'no maintenance is planned that could be deferred');
  },
});

export const maintenanceOperations = [
  getGroupMaintenanceWindow,
  updateGroupMaintenanceWindow,
  resetGroupMaintenanceWindow,
  toggleAutoDefer,
  deferMaintenance,
];
