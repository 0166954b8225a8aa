import { eventOperations } from '../../areas/events/operations.ts';
import { mount } from '../../kernel/operation.ts';
import type { EventRooms } from '../rooms/events.ts';
import type { Wing } from './wing.ts';

export const eventWing = ({ store }: EventRooms): Wing => ({
  stores: [store],
  operations: mount(eventOperations, { events: store }),
  leaving: [],
  loops: [],
  watched: [],
});
