import { insertLast, type State, type Tx } from '../../base/state.ts';
import type { Page, Paging } from '../../kernel/operation.ts';
import { type AuditEvent, RETENTION_DAYS } from './model.ts';

/** What a listing is narrowed to; empty or absent means everything. */
export interface EventFilter {
  types?: readonly string[];
  excludedTypes?: readonly string[];
  clusterNames?: readonly string[];
  minDate?: Date;
  maxDate?: Date;
}

/** The only code that touches the collection `events`. */
export function createEventStore(state: State) {
  const events = state.db.collection<AuditEvent>('events');
  const query = (feed: string, { types, excludedTypes, clusterNames, minDate, maxDate }: EventFilter) => ({
    feeds: feed,
    ...(types?.length || excludedTypes?.length
      ? {
          type: {
            ...(types?.length ? { $in: [...types] } : {}),
            ...(excludedTypes?.length ? { $nin: [...excludedTypes] } : {}),
          } as object,
        }
      : {}),
    ...(clusterNames?.length ? { 'about.clusterName': { $in: [...clusterNames] } } : {}),
    ...(minDate || maxDate
      ? { created: { ...(minDate ? { $gte: minDate } : {}), ...(maxDate ? { $lte: maxDate } : {}) } }
      : {}),
  });
  return {
    async prepare(): Promise<void> {
      await events.createIndex({ feeds: 1, created: -1, _id: -1 });
      await events.createIndex({ feeds: 1, type: 1, created: -1, _id: -1 });
      await events.createIndex({ created: 1 }, { expireAfterSeconds: RETENTION_DAYS * 86_400 });
    },
    insert: (event: AuditEvent, tx: Tx): void => insertLast(events, event, tx),
    find: (feed: string, id: string) => events.findOne({ _id: id, feeds: feed }),
    /** Newest first. */
    async list(feed: string, filter: EventFilter, { skip, itemsPerPage }: Paging): Promise<Page<AuditEvent>> {
      const wanted = query(feed, filter) as object;
      const [items, total] = await Promise.all([
        events.find(wanted).sort({ created: -1, _id: -1 }).skip(skip).limit(itemsPerPage).toArray(),
        events.countDocuments(wanted),
      ]);
      return { items, total };
    },
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
