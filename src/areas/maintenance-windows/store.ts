import type { State, Tx } from '../../base/state.ts';

export interface MaintenanceWindow {
  /** The project's id. */
  _id: string;
  /** From 1 for Sunday to 7 for Saturday. */
  dayOfWeek: number;
  hourOfDay: number;
  autoDeferOnceEnabled: boolean;
  protectedHours?: { startHourOfDay: number; endHourOfDay: number };
}

/** The only code that touches the collection `maintenanceWindows`. */
export function createMaintenanceStore(state: State) {
  const windows = state.db.collection<MaintenanceWindow>('maintenanceWindows');
  return {
    find: (groupId: string, tx?: Tx) => windows.findOne({ _id: groupId }, { session: tx }),
    put: (window: MaintenanceWindow, tx: Tx) =>
      windows.replaceOne({ _id: window._id }, window, { upsert: true, session: tx }),
    async remove(groupId: string, tx: Tx): Promise<boolean> {
      return (await windows.deleteOne({ _id: groupId }, { session: tx })).deletedCount === 1;
    },
  };
}

export type MaintenanceStore = ReturnType<typeof createMaintenanceStore>;
