import type { EventType } from '../../contract/event-types.ts';
import { alsoToldToOrg } from '../../contract/event-types.ts';
import type { Caller, EventAbout } from '../../kernel/operation.ts';

/** Who made it happen, as it was then: keys and users may be gone when the event is read. */
export interface Actor {
  kind: Caller['kind'];
  id: string;
  name: string;
}

export interface AuditEvent {
  _id: string;
  type: EventType;
  created: Date;
  orgId: string;
  groupId?: string;
  /** Ids of the organization and project in whose listing it stands: one index serves both. */
  feeds: string[];
  about: EventAbout;
  /** Absent when the server did it of itself. */
  actor?: Actor;
  remoteAddress?: string;
}

/** How long events are kept. */
export const RETENTION_DAYS = 400;

export function feedsOf(type: EventType, orgId: string, groupId: string | undefined): string[] {
  if (!groupId) return [orgId];
  return alsoToldToOrg.has(type) ? [orgId, groupId] : [groupId];
}
