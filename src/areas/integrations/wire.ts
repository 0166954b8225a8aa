import Type, { type TSchema } from 'typebox';
import { orNull as orNullReply } from '../../kernel/wire.ts';
import type { Integration, IntegrationType } from './model.ts';

const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const Flag = Type.Boolean({ default: false });
const regions = (...names: string[]) => Type.Enum(names, { default: 'US' });
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()], { default: null });

/** What belongs to a type of integration: secrets are masked wherever they are shown. */
interface Shape {
  required: Record<string, TSchema>;
  optional?: Record<string, TSchema>;
  secrets: readonly string[];
}

const shapes: Record<IntegrationType, Shape> = {
  PAGER_DUTY: { required: { serviceKey: Text }, optional: { region: regions('US', 'EU') }, secrets: ['serviceKey'] },
  SLACK: {
    required: { apiToken: Text },
    optional: { channelName: orNull(Type.String({ maxLength: 80 })), teamName: Text },
    secrets: ['apiToken'],
  },
  DATADOG: {
    required: { apiKey: Text },
    optional: {
      region: regions('US', 'EU', 'US3', 'US5', 'AP1', 'US1_FED'),
      sendCollectionLatencyMetrics: Flag,
      sendDatabaseMetrics: Flag,
      sendQueryStatsMetrics: Flag,
      sendUserProvidedResourceTags: Flag,
      customEndpoint: orNull(Text),
    },
    secrets: ['apiKey'],
  },
  NEW_RELIC: {
    required: { accountId: Text, licenseKey: Text, readToken: Text, writeToken: Text },
    secrets: ['licenseKey', 'readToken', 'writeToken'],
  },
  OPS_GENIE: { required: { apiKey: Text }, optional: { region: regions('US', 'EU') }, secrets: ['apiKey'] },
  VICTOR_OPS: { required: { apiKey: Text }, optional: { routingKey: Text }, secrets: ['apiKey'] },
  WEBHOOK: {
    required: { url: Text },
    optional: { secret: Text, bodyTemplate: orNull(Text), headersTemplate: orNull(Text) },
    secrets: ['url', 'secret'],
  },
  PROMETHEUS: {
    required: {
      enabled: Type.Boolean(),
      // It comes by Basic authentication, in which the first colon ends the name.
      username: Type.String({ minLength: 1, maxLength: 2_000, pattern: '^[^:]*$' }),
      serviceDiscovery: Type.Enum(['http', 'file']),
    },
    optional: {
      password: Text,
      // No figure bears tags.
      sendUserProvidedResourceTagsEnabled: Type.Literal(false, { default: false }),
    },
    secrets: [],
  },
  MICROSOFT_TEAMS: { required: { microsoftTeamsWebhookUrl: Text }, secrets: ['microsoftTeamsWebhookUrl'] },
};

/** Kept as its hash, and never shown. */
export const isPasswordOf = (type: IntegrationType, name: string): boolean =>
  type === 'PROMETHEUS' && name === 'password';

export const isSecret = (type: IntegrationType, name: string): boolean => shapes[type].secrets.includes(name);

/** One schema for all types: which attributes go with which is held by `schemaOf`. */
export const IntegrationWire = Type.Object({ type: Type.Optional(Type.String()), id: Type.Optional(Type.Unknown()) });

export const schemaOf = (type: IntegrationType): TSchema => bodies[type];
const bodies = Object.fromEntries(
  Object.entries(shapes).map(([type, { required, optional = {} }]) => {
    const more = Object.fromEntries(Object.entries(optional).map(([name, schema]) => [name, Type.Optional(schema)]));
    const common = { type: Type.Optional(Type.Enum([type])), id: Type.Optional(Type.Unknown()) };
    const whole = { ...required, ...more, ...common, links: Type.Optional(Type.Unknown()) };
    return [type, Type.Object(whole, { additionalProperties: false })];
  }),
) as unknown as Record<IntegrationType, TSchema>;

/** Every attribute of every type; secrets are shown masked, and a password is not. */
export const IntegrationReply = Type.Object({
  id: Type.String(),
  type: Type.String(),
  ...Object.fromEntries(
    Object.values(shapes)
      .flatMap(({ required, optional = {} }) => Object.entries({ ...required, ...optional }))
      .filter(([name]) => name !== 'password')
      .map(([name, schema]) => {
        const kind = schema as { type?: string; const?: unknown };
        const isFlag = kind.type === 'boolean' || kind.const === false;
        return [name, Type.Optional(isFlag ? Type.Boolean() : orNullReply(Type.String()))];
      }),
  ),
});

export const writeIntegration = ({ _id, type, settings, secrets }: Integration) => ({
  id: _id,
  type,
  ...settings,
  ...Object.fromEntries(Object.entries(secrets).map(([name, { shown }]) => [name, shown])),
});
