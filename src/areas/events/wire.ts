import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { eventTypes } from '../../contract/event-types.ts';
import type { Links } from '../../kernel/operation.ts';
import { links as linksReply, sometimes } from '../../kernel/wire.ts';
import type { Actor, AuditEvent } from './model.ts';

export const EventReply = Type.Object({
  id: Type.String(),
  created: Type.String(),
  eventTypeName: Type.String(),
  isGlobalAdmin: Type.Optional(Type.Boolean()),
  ...sometimes(Type.String(), 'apiKeyId', 'groupId', 'orgId', 'publicKey', 'remoteAddress', 'userId', 'username'),
  ...sometimes(
    Type.String(),
    'alertConfigId',
    'alertId',
    'clusterName',
    'dbUserUsername',
    'resourceId',
    'resourceType',
  ),
  ...sometimes(Type.String(), 'targetPublicKey', 'targetUsername', 'teamId', 'whitelistEntry'),
  raw: Type.Optional(
    Type.Object(sometimes(Type.String(), '_t', 'cid', 'cre', 'description', 'gn', 'id', 'orgId', 'orgName')),
  ),
  links: linksReply,
});

export const EventTypeReply = Type.Object({
  eventType: Type.String(),
  description: Type.String(),
  alertable: Type.Boolean(),
});

/** An event with the names that its raw form shows. */
export interface SeenEvent {
  event: AuditEvent;
  orgName: string;
  groupName?: string;
  includeRaw: boolean;
}

function writeActor(actor: Actor | undefined) {
  if (!actor) return {};
  const { kind, id, name } = actor;
  if (kind === 'apiKey' || kind === 'link') return { isGlobalAdmin: false, apiKeyId: id, publicKey: name };
  // A client id carries the 24 digits that every programmatic caller has.
  if (kind === 'serviceAccount') return { isGlobalAdmin: false, apiKeyId: id.slice(-24), publicKey: name };
  if (kind === 'user') return { isGlobalAdmin: false, userId: id, username: name };
  // Whoever runs the server, and the staff that works for it.
  return { isGlobalAdmin: true, username: name };
}

const writeRaw = ({ event, orgName, groupName }: SeenEvent) => ({
  _t: event.type,
  id: event._id,
  cid: event.groupId,
  gn: groupName,
  cre: wireInstant(event.created),
  description: eventTypes[event.type],
  orgId: event.orgId,
  orgName,
});

export const writeEvent = (seen: SeenEvent, links: Links) => {
  const { event, includeRaw } = seen;
  return {
    id: event._id,
    created: wireInstant(event.created),
    eventTypeName: event.type,
    orgId: event.orgId,
    groupId: event.groupId,
    ...writeActor(event.actor),
    remoteAddress: event.remoteAddress,
    ...event.about,
    raw: includeRaw ? writeRaw(seen) : undefined,
    // Atlas links the events of an organization like this, too.
    links: [links.self(`/groups/${event.groupId ?? 'null'}/events/${event._id}`)],
  };
};
