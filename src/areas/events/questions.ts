import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { Tx } from '../../base/state.ts';
import type { PlacedEvent } from '../../kernel/operation.ts';
import { feedsOf } from './model.ts';
import type { EventStore } from './store.ts';

/** What other rooms and the kernel may ask of the events. */
export function createEventQuestions(store: EventStore, clock: Clock) {
  return {
    /**
     * Records what happened in the transaction of the change itself: neither is ever there without the other.
     * Operations use `call.note`, which knows who called; this is for what the server does of itself.
     */
    async record({ type, orgId, groupId, caller, remoteAddress, ...about }: PlacedEvent, tx: Tx): Promise<void> {
      const event = {
        _id: newId(),
        type,
        created: clock.now(),
        orgId,
        feeds: feedsOf(type, orgId, groupId),
        about,
        ...(groupId ? { groupId } : {}),
        ...(caller ? { actor: { kind: caller.kind, id: caller.id, name: caller.name } } : {}),
        ...(remoteAddress ? { remoteAddress } : {}),
      };
      store.insert(event, tx);
    },
  };
}

export type EventQuestions = ReturnType<typeof createEventQuestions>;
