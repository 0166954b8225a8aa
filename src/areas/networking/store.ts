import type { State, Tx } from '../../base/state.ts';

/** Preferences about networks that only a cloud acts upon; they are kept, so that clients read what they wrote. */
export interface Switches {
  /** The project's id. */
  _id: string;
  awsCustomDns?: boolean;
  regionalMode?: boolean;
}

export type SwitchName = Exclude<keyof Switches, '_id'>;

/** The only code that touches the collection `networkSwitches`. */
export function createSwitchStore(state: State) {
  const switches = state.db.collection<Switches>('networkSwitches');
  return {
    get: async (groupId: string, name: SwitchName): Promise<boolean> =>
      (await switches.findOne({ _id: groupId }))?.[name] ?? false,
    set: (groupId: string, name: SwitchName, enabled: boolean, tx: Tx) =>
      switches.updateOne({ _id: groupId }, { $set: { [name]: enabled } }, { upsert: true, session: tx }),
    async clearGroup(groupId: string, tx: Tx): Promise<void> {
      await switches.deleteOne({ _id: groupId }, { session: tx });
    },
  };
}

export type SwitchStore = ReturnType<typeof createSwitchStore>;
