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
    /** Newest first. Who wants no count is spared it: one more than the page tells whether there is a next one. */
    async list(feed: string, filter: EventFilter, paging: Paging): Promise<Page<AuditEvent>> {
      const { skip, itemsPerPage, includeCount } = paging;
      const wanted = query(feed, filter) as object;
      const from = events.find(wanted).sort({ created: -1, _id: -1 }).skip(skip);
      const [found, total] = await Promise.all([
        from.limit(itemsPerPage + 1).toArray(),
        includeCount ? events.countDocuments(wanted) : undefined,
      ]);
      return { items: found.slice(0, itemsPerPage), total: total ?? skip + found.length };
    },
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
