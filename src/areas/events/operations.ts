import Type from 'typebox';
import { type EventType, eventTypes } from '../../contract/event-types.ts';
import { type Call, operation, type Page } from '../../kernel/operation.ts';
import { isWatched } from '../alerts/questions.ts';
import type { EventFilter, EventStore } from './store.ts';
import { EventReply, EventTypeReply, type SeenEvent, writeEvent } from './wire.ts';

export interface EventRoom {
  events: EventStore;
}

const shown = { '2023-01-01': { reply: EventReply, status: 200, write: writeEvent } };
const Instant = Type.String({ format: 'date-time' });
// Atlas adds types often: one that this server does not know is no mistake, there are only no such events.
const Types = Type.Array(Type.String({ pattern: '^[A-Z0-9_]+$' }));
const includeRaw = Type.Boolean({ default: false });
const common = { eventType: Types, includeRaw, minDate: Instant, maxDate: Instant };

type Asked = Pick<Call<unknown>, 'org' | 'group' | 'query' | 'paging'>;

const filterOf = ({ query }: Asked): EventFilter => {
  const date = (name: string) => (query[name] === undefined ? undefined : new Date(query[name] as string));
  return {
    types: query.eventType as string[] | undefined,
    excludedTypes: query.excludedEventType as string[] | undefined,
    clusterNames: query.clusterNames as string[] | undefined,
    minDate: date('minDate'),
    maxDate: date('maxDate'),
  };
};

async function list(call: Asked, feed: string, { events }: EventRoom): Promise<Page<SeenEvent>> {
  const { items, total } = await events.list(feed, filterOf(call), call.paging);
  return { items: items.map((event) => seen(call, event)), total };
}

async function find(
  call: Call<unknown, 'RESOURCE_NOT_FOUND'>,
  feed: string,
  { events }: EventRoom,
): Promise<SeenEvent> {
  const event = await events.find(feed, call.path.eventId!);
  if (!event) throw call.fail('RESOURCE_NOT_FOUND', `event ${call.path.eventId}`);
  return seen(call, event);
}

const seen = ({ org, group, query }: Asked, event: SeenEvent['event']): SeenEvent => ({
  event,
  orgName: org.name,
  groupName: group?.name,
  includeRaw: query.includeRaw === true,
});

const listing = { fails: [], list: 'page', versions: shown } as const;
const single = { fails: ['RESOURCE_NOT_FOUND'], query: { includeRaw }, versions: shown } as const;
const inOrg = { inside: 'org', roles: ['ORG_MEMBER'] } as const;
const inGroup = { inside: 'group', bucket: 'user', roles: ['GROUP_READ_ONLY'] } as const;

export const listOrgEvents = operation<EventRoom, unknown, Page<SeenEvent>>({
  id: 'listOrgEvents',
  route: 'GET /orgs/{orgId}/events',
  ...inOrg,
  ...listing,
  query: common,
  run: (call, room) => list(call, call.org.id, room),
});

export const getOrgEvent = operation<EventRoom, unknown, SeenEvent, 'RESOURCE_NOT_FOUND'>({
  id: 'getOrgEvent',
  route: 'GET /orgs/{orgId}/events/{eventId}',
  ...inOrg,
  ...single,
  run: (call, room) => find(call, call.org.id, room),
});

export const listGroupEvents = operation<EventRoom, unknown, Page<SeenEvent>>({
  id: 'listGroupEvents',
  route: 'GET /groups/{groupId}/events',
  ...inGroup,
  ...listing,
  query: { ...common, excludedEventType: Types, clusterNames: Type.Array(Type.String()) },
  run: (call, room) => list(call, call.group.id, room),
});

export const getGroupEvent = operation<EventRoom, unknown, SeenEvent, 'RESOURCE_NOT_FOUND'>({
  id: 'getGroupEvent',
  route: 'GET /groups/{groupId}/events/{eventId}',
  ...inGroup,
  ...single,
  run: (call, room) => find(call, call.group.id, room),
});

export const listEventTypes = operation<EventRoom, unknown, Page<EventType>>({
  id: 'listEventTypes',
  route: 'GET /eventTypes',
  inside: 'anywhere',
  roles: [],
  fails: [],
  list: 'page',
  versions: {
    '2023-01-01': {
      reply: EventTypeReply,
      status: 200,
      write: (eventType) => ({ eventType, description: eventTypes[eventType], alertable: isWatched(eventType) }),
    },
  },
  async run({ paging: { skip, itemsPerPage } }) {
    const all = (Object.keys(eventTypes) as EventType[]).sort();
    return { items: all.slice(skip, skip + itemsPerPage), total: all.length };
  },
});

export const eventOperations = [listOrgEvents, getOrgEvent, listGroupEvents, getGroupEvent, listEventTypes];
