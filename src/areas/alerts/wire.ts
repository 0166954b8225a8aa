import Type, { type TSchema } from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { groupRoles, orgRoles } from '../../contract/roles.ts';
import type { Links } from '../../kernel/operation.ts';
import { links as linksReply, setOf } from '../../kernel/wire.ts';
import { type AlertConfig, type Matcher, matcherFields } from './model.ts';

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const Flag = Type.Boolean();
const times = { delayMin: Type.Integer({ minimum: 0 }), intervalMin: Type.Integer({ minimum: 5 }) };
const region = (...names: string[]) => Type.Enum(names);

/** What goes with each way of telling somebody. */
const notifiers: Record<string, Record<string, TSchema>> = {
  DATADOG: { datadogApiKey: Text, datadogRegion: region('US', 'EU', 'US3', 'US5', 'AP1', 'US1_FED') },
  EMAIL: { emailAddress: Text },
  GROUP: { emailEnabled: Flag, smsEnabled: Flag, roles: setOf(Type.Enum([...groupRoles])) },
  HIP_CHAT: { notificationToken: Text, roomName: Text },
  MICROSOFT_TEAMS: { microsoftTeamsWebhookUrl: Text },
  OPS_GENIE: { opsGenieApiKey: Text, opsGenieRegion: region('US', 'EU') },
  ORG: { emailEnabled: Flag, smsEnabled: Flag, roles: setOf(Type.Enum([...orgRoles])) },
  PAGER_DUTY: { serviceKey: Text, region: region('US', 'EU') },
  SLACK: { apiToken: Text, channelName: Text },
  SMS: { mobileNumber: Text },
  TEAM: { emailEnabled: Flag, smsEnabled: Flag, teamId: Text, teamName: Text },
  USER: { emailEnabled: Flag, smsEnabled: Flag, username: Text },
  VICTOR_OPS: { victorOpsApiKey: Text, victorOpsRoutingKey: Text },
  WEBHOOK: { webhookUrl: Text, webhookSecret: Text, webhookBodyTemplate: Text, webhookHeadersTemplate: Text },
};

const SECRETS = new Set([
  'datadogApiKey',
  'notificationToken',
  'microsoftTeamsWebhookUrl',
  'opsGenieApiKey',
  'serviceKey',
  'apiToken',
  'victorOpsApiKey',
  'webhookUrl',
  'webhookSecret',
]);
export const isSecret = (name: string): boolean => SECRETS.has(name);

const optional = (properties: Record<string, TSchema>) =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]));

const schemas = new Map(
  Object.entries(notifiers).map(([typeName, properties]) => [
    typeName,
    Type.Object(
      {
        typeName: Type.Enum([typeName]),
        notifierId: Type.Optional(Type.String()),
        integrationId: Type.Optional(Type.String()),
        ...optional(times),
        ...optional(properties),
      },
      closed,
    ),
  ]),
);
export const notifierSchema = (typeName: string): TSchema | undefined => schemas.get(typeName);

const MatcherWire = Type.Object(
  {
    fieldName: Type.Enum([...matcherFields]),
    operator: Type.Enum(['EQUALS', 'CONTAINS', 'STARTS_WITH', 'ENDS_WITH', 'NOT_EQUALS', 'NOT_CONTAINS', 'REGEX']),
    value: Type.String({ maxLength: 1_000 }),
  },
  closed,
);
const Operator = Type.Enum(['LESS_THAN', 'GREATER_THAN']);
const threshold = { operator: Type.Optional(Operator), threshold: Type.Number(), units: Type.Optional(Type.String()) };

export const ConfigWire = Type.Object(
  {
    eventTypeName: Type.String({ pattern: '^[A-Z0-9_]+$' }),
    enabled: Type.Optional(Type.Boolean({ default: false })),
    matchers: Type.Optional(Type.Array(MatcherWire)),
    // Each by its own schema: which attributes it has depends on its type.
    notifications: Type.Array(Type.Object({ typeName: Type.Enum(Object.keys(notifiers)) }), {
      minItems: 1,
      maxItems: 25,
    }),
    threshold: Type.Optional(Type.Object(threshold, closed)),
    metricThreshold: Type.Optional(
      Type.Object({ ...threshold, metricName: Text, mode: Type.Optional(Type.Enum(['AVERAGE'])) }, closed),
    ),
    severityOverride: Type.Optional(Type.Enum(['INFO', 'WARNING', 'ERROR', 'CRITICAL'])),
    // Clients that send back what they read include these.
    id: Type.Optional(Type.String()),
    groupId: Type.Optional(Type.String()),
    created: Type.Optional(Type.String()),
    updated: Type.Optional(Type.String()),
    links: Type.Optional(Type.Unknown()),
  },
  closed,
);

/** What an alert is to be, before its notifications are looked at. */
export interface WantedConfig {
  eventTypeName: string;
  enabled: boolean;
  matchers: Matcher[];
  notifications: Record<string, unknown>[];
  threshold?: AlertConfig['threshold'];
  metricThreshold?: AlertConfig['metricThreshold'];
  severityOverride?: string;
}

export const readConfig = (wire: Partial<WantedConfig> & WantedConfig): WantedConfig => ({
  eventTypeName: wire.eventTypeName,
  enabled: wire.enabled ?? false,
  matchers: wire.matchers ?? [],
  notifications: wire.notifications,
  ...(wire.threshold ? { threshold: wire.threshold } : {}),
  ...(wire.metricThreshold ? { metricThreshold: wire.metricThreshold } : {}),
  ...(wire.severityOverride ? { severityOverride: wire.severityOverride } : {}),
});

/** Every attribute of every way of telling somebody: which are there depends on its type. */
const NotificationReply = Type.Object({
  notifierId: Type.String(),
  typeName: Type.String(),
  integrationId: Type.Optional(Type.String()),
  ...optional(times),
  ...Object.assign({}, ...Object.values(notifiers).map(optional)),
  region: Type.Optional(Type.String()),
  roles: Type.Optional(Type.Array(Type.String())),
});
export const ConfigReply = Type.Object({
  id: Type.String(),
  groupId: Type.String(),
  eventTypeName: Type.String(),
  enabled: Type.Boolean(),
  created: Type.String(),
  updated: Type.String(),
  matchers: Type.Array(MatcherWire),
  notifications: Type.Array(NotificationReply),
  severityOverride: Type.Optional(Type.String()),
  threshold: Type.Optional(Type.Object(threshold)),
  metricThreshold: Type.Optional(
    Type.Object({ ...threshold, metricName: Type.String(), mode: Type.Optional(Type.String()) }),
  ),
  links: linksReply,
});

export const writeConfig = (config: AlertConfig, links: Links) => {
  const { _id, groupId, notifications, created, updated, ...rest } = config;
  const at = `/groups/${groupId}/alertConfigs/${_id}`;
  return {
    ...rest,
    id: _id,
    groupId,
    created: wireInstant(created),
    updated: wireInstant(updated),
    notifications: notifications.map(({ notifierId, typeName, settings, secrets }) => ({
      ...settings,
      ...Object.fromEntries(Object.entries(secrets).map(([name, { shown }]) => [name, shown])),
      notifierId,
      typeName,
    })),
    links: [
      links.self(at),
      ...(links.inList ? [] : [{ href: links.href(`${at}/alerts`), rel: `${links.origin}/alerts` }]),
    ],
  };
};
