import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { echoed, links as linksReply, sometimes } from '../../kernel/wire.ts';
import type { Alert } from './alert.ts';

export const AlertReply = Type.Object({
  id: Type.String(),
  groupId: Type.String(),
  orgId: Type.String(),
  alertConfigId: Type.String(),
  eventTypeName: Type.String(),
  status: Type.String(),
  created: Type.String(),
  updated: Type.String(),
  ...sometimes(
    Type.String(),
    'resolved',
    'lastNotified',
    'clusterId',
    'clusterName',
    'hostnameAndPort',
    'replicaSetName',
  ),
  ...sometimes(Type.String(), 'acknowledgedUntil', 'acknowledgementComment', 'acknowledgingUsername', 'metricName'),
  currentValue: Type.Optional(Type.Object({ number: Type.Number(), units: Type.String() })),
  links: linksReply,
});

export const writeAlert = (alert: Alert, links: Links) => {
  const { _id, subject: _subject, live: _live, created, updated, resolved, ...rest } = alert;
  const { lastNotified, acknowledgedUntil, ...said } = rest;
  const at = `/groups/${alert.groupId}/alerts/${_id}`;
  const to = (path: string, rel: string) => ({ href: links.href(path), rel: `${links.origin}/${rel}` });
  const config = `/groups/${alert.groupId}/alertConfigs/${alert.alertConfigId}`;
  return {
    ...said,
    id: _id,
    created: wireInstant(created),
    updated: wireInstant(updated),
    resolved: resolved && wireInstant(resolved),
    lastNotified: lastNotified && wireInstant(lastNotified),
    acknowledgedUntil: acknowledgedUntil && wireInstant(acknowledgedUntil),
    links: [
      links.self(at),
      ...(links.inList ? [] : [to(config, 'alertConfig'), to(`${at}/alertConfigs`, 'alertConfigs')]),
    ],
  };
};

const acknowledgement = {
  acknowledgedUntil: Type.Optional(Type.String({ format: 'date-time' })),
  acknowledgementComment: Type.Optional(Type.String({ maxLength: 200 })),
};
export const Acknowledgement = Type.Object(
  { ...acknowledgement, unacknowledgeAlert: Type.Optional(Type.Boolean()), ...echoed('links') },
  { additionalProperties: false },
);
/** The older version takes the whole alert back. */
export const AcknowledgedAlert = Type.Object(
  { ...acknowledgement, ...echoed(...Object.keys(AlertReply.properties).filter((it) => !(it in acknowledgement))) },
  { additionalProperties: false },
);

export interface AcknowledgementWire {
  acknowledgedUntil?: string;
  acknowledgementComment?: string;
  unacknowledgeAlert?: boolean;
}

/** Without a time the alert is unacknowledged, as published. */
export const readAcknowledgement = (wire: AcknowledgementWire): { until?: Date; comment?: string } =>
  wire.unacknowledgeAlert || wire.acknowledgedUntil === undefined
    ? {}
    : { until: new Date(wire.acknowledgedUntil), comment: wire.acknowledgementComment || undefined };
