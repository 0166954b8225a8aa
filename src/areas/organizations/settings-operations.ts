import Type from 'typebox';
import { transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import { type OrgSettings, SESSION_SECONDS, settingEvents } from './model.ts';
import type { OrgRoom } from './operations.ts';

const flags = {
  apiAccessListRequired: Type.Optional(Type.Boolean()),
  genAIFeaturesEnabled: Type.Optional(Type.Boolean()),
  multiFactorAuthRequired: Type.Optional(Type.Boolean()),
  restrictEmployeeAccess: Type.Optional(Type.Boolean()),
  streamsCrossGroupEnabled: Type.Optional(Type.Boolean()),
};
const orNull = <T extends Type.TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Timeouts = Type.Object(
  {
    absoluteSessionTimeoutInSeconds: orNull(Type.Integer(SESSION_SECONDS.absolute)),
    idleSessionTimeoutInSeconds: orNull(Type.Integer(SESSION_SECONDS.idle)),
  },
  { additionalProperties: false },
);
const Email = Type.String({ format: 'email' });

const SettingsReply = Type.Object({
  ...flags,
  maxServiceAccountSecretValidityInHours: Type.Optional(Type.Integer()),
  securityContact: Type.Optional(Type.String()),
  operationsContact: orNull(Type.String()),
  customSessionTimeouts: orNull(Timeouts),
});

/** An empty security contact takes it away; of the operations contact and the timeouts null does. */
const SettingsWire = Type.Object(
  {
    ...flags,
    maxServiceAccountSecretValidityInHours: Type.Optional(Type.Integer({ minimum: 8, maximum: 8760 })),
    securityContact: Type.Optional(Type.Union([Email, Type.Literal('')])),
    operationsContact: orNull(Email),
    customSessionTimeouts: orNull(Timeouts),
    links: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

type SettingsChange = Partial<{ [K in keyof OrgSettings]: OrgSettings[K] | null }> & { links?: unknown };

/** What is to be set, and what is to be as if it had never been. */
function readSettings({ links: _theirs, ...wire }: SettingsChange) {
  const entries = Object.entries(wire);
  const gone = entries.filter(([, value]) => value === null || value === '').map(([name]) => name);
  return { set: Object.fromEntries(entries.filter(([name]) => !gone.includes(name))) as Partial<OrgSettings>, gone };
}

export const getOrgSettings = operation<OrgRoom, unknown, OrgSettings, 'ORG_NOT_FOUND'>({
  id: 'getOrgSettings',
  route: 'GET /orgs/{orgId}/settings',
  inside: 'org',
  roles: ['ORG_MEMBER'],
  fails: ['ORG_NOT_FOUND'],
  versions: { '2023-01-01': { reply: SettingsReply, status: 200 } },
  async run({ org, fail }, { orgs }) {
    const found = await orgs.find(org.id);
    if (!found) throw fail('ORG_NOT_FOUND', org.id);
    return found.settings;
  },
});

export const updateOrgSettings = operation<OrgRoom, ReturnType<typeof readSettings>, OrgSettings, 'ORG_NOT_FOUND'>({
  id: 'updateOrgSettings',
  route: 'PATCH /orgs/{orgId}/settings',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['ORG_NOT_FOUND'],
  versions: { '2023-01-01': { body: SettingsWire, read: readSettings, reply: SettingsReply, status: 200 } },
  run: ({ org, wanted, note, fail }, { state, orgs }) =>
    transact(state, async (tx) => {
      const before = await orgs.hold(org.id, tx);
      const changed = before && (await orgs.updateSettings(org.id, wanted.set, wanted.gone, tx));
      if (!changed) throw fail('ORG_NOT_FOUND', org.id);
      for (const type of settingEvents(before.settings, changed.settings)) await note({ type }, tx);
      return changed.settings;
    }),
});

export const settingsOperations = [getOrgSettings, updateOrgSettings];
