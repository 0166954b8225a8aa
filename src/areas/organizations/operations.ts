import Type from 'typebox';
import { type Leaving, type State, type Tx, transact } from '../../base/state.ts';
import { type Assignment, type OrgRole, orgRoles } from '../../contract/roles.ts';
import { type Caller, type Links, operation, type Page } from '../../kernel/operation.ts';
import { echoed, links as linksReply, setOf, sometimes } from '../../kernel/wire.ts';
import type { KeyQuestions, MadeKey } from '../programmatic-api-keys/questions.ts';
import {
  type AccountQuestions,
  AccountReply,
  type MadeAccount,
  NewAccountWire,
  writeAccount,
} from '../service-accounts/questions.ts';
import type { UserQuestions } from '../users/questions.ts';
import { isOrgName, type Organization } from './model.ts';
import type { OrgQuestions } from './questions.ts';
import type { OrgStore } from './store.ts';

export interface OrgRoom {
  state: State;
  orgs: OrgStore;
  make: OrgQuestions['create'];
  keys: KeyQuestions;
  accounts: AccountQuestions;
  people: UserQuestions;
  /** Gives the caller's own account a role. */
  assign(caller: Caller, role: Assignment, orgId: string, tx: Tx): Promise<void>;
  /** Every room that holds something inside an organization, asked in this order before one is deleted. */
  leaving: readonly Leaving[];
}

const OrgReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  isDeleted: Type.Boolean(),
  links: linksReply,
  skipDefaultAlertsSettings: Type.Boolean(),
});

const writeOrg = (org: Organization, links: Links) => ({
  id: org._id,
  name: org.name,
  isDeleted: false,
  skipDefaultAlertsSettings: org.skipDefaultAlertsSettings ?? false,
  links: [
    links.self(`/orgs/${org._id}`),
    ...(links.inList ? [] : ['groups', 'teams', 'users'].map((it) => links.rel(`/orgs/${org._id}/${it}`, it))),
  ],
});
const named = { reply: OrgReply, status: 200, write: writeOrg };

export const listOrgs = operation<OrgRoom, unknown, Page<Organization>>({
  id: 'listOrgs',
  route: 'GET /orgs',
  inside: 'anywhere',
  roles: [],
  fails: [],
  list: 'page',
  query: { name: Type.String() },
  versions: { '2023-01-01': named },
  run: ({ caller, query, paging }, { orgs }) =>
    orgs.list(Object.keys(caller.orgRoles), query.name as string | undefined, paging),
});

export const getOrg = operation<OrgRoom, unknown, Organization, 'ORG_NOT_FOUND'>({
  id: 'getOrg',
  route: 'GET /orgs/{orgId}',
  inside: 'org',
  roles: ['ORG_MEMBER'],
  fails: ['ORG_NOT_FOUND'],
  versions: { '2023-01-01': named },
  async run({ org, fail }, { orgs }) {
    const found = await orgs.find(org.id);
    if (!found) throw fail('ORG_NOT_FOUND', org.id);
    return found;
  },
});

const CreateOrg = Type.Object(
  {
    name: Type.String(),
    orgOwnerId: Type.Optional(Type.String()),
    skipDefaultAlertsSettings: Type.Optional(Type.Boolean()),
    apiKey: Type.Optional(
      Type.Object(
        {
          desc: Type.String({ minLength: 1, maxLength: 250 }),
          roles: setOf(Type.Enum([...orgRoles]), { minItems: 1 }),
        },
        { additionalProperties: false },
      ),
    ),
    serviceAccount: Type.Optional(NewAccountWire),
    federationSettingsId: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

interface NewOrg {
  name: string;
  orgOwnerId?: string;
  skipDefaultAlertsSettings?: boolean;
  apiKey?: { desc: string; roles: OrgRole[] };
  serviceAccount?: { name: string; description: string; roles: OrgRole[]; secretExpiresAfterHours: number };
  federationSettingsId?: string;
}

interface MadeOrg {
  organization: Organization;
  key?: MadeKey;
  account?: MadeAccount;
  orgOwnerId?: string;
}

export const createOrg = operation<
  OrgRoom,
  NewOrg,
  MadeOrg,
  'INVALID_ORG_NAME' | 'USER_UNAUTHORIZED' | 'USER_NOT_FOUND' | 'VALIDATION_ERROR'
>({
  id: 'createOrg',
  route: 'POST /orgs',
  inside: 'anywhere',
  roles: [],
  fails: ['INVALID_ORG_NAME', 'USER_UNAUTHORIZED', 'USER_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: {
    '2023-01-01': {
      body: CreateOrg,
      reply: Type.Object({
        organization: OrgReply,
        orgOwnerId: Type.Optional(Type.String()),
        skipDefaultAlertsSettings: Type.Boolean(),
        apiKey: Type.Optional(
          Type.Object({
            ...{ id: Type.String(), desc: Type.String(), publicKey: Type.String(), privateKey: Type.String() },
            roles: Type.Array(
              Type.Object({ roleName: Type.String(), ...sometimes(Type.String(), 'orgId', 'groupId') }),
            ),
          }),
        ),
        serviceAccount: Type.Optional(AccountReply),
      }),
      status: 201,
      write: ({ organization, key, account, orgOwnerId }, links) => ({
        organization: writeOrg(organization, links),
        orgOwnerId,
        skipDefaultAlertsSettings: organization.skipDefaultAlertsSettings ?? false,
        apiKey: key && {
          id: key.key._id,
          desc: key.key.desc,
          publicKey: key.key.publicKey,
          privateKey: key.privateKey,
          roles: key.key.roles,
        },
        serviceAccount: account && writeAccount(account.account, account.secret),
      }),
    },
  },
  async run({ wanted, caller, note, fail }, { state, make, keys, accounts, people, assign }) {
    const owned = Object.keys(caller.orgRoles).filter((it) => caller.orgRoles[it]!.includes('ORG_OWNER'));
    if (!owned.length) throw fail('USER_UNAUTHORIZED');
    if (!isOrgName(wanted.name)) throw fail('INVALID_ORG_NAME', wanted.name);
    if (wanted.apiKey && wanted.serviceAccount)
      throw fail('VALIDATION_ERROR', 'apiKey and serviceAccount exclude each other');
    if (wanted.federationSettingsId)
      throw fail('VALIDATION_ERROR', 'federationSettingsId names a federation, and this server has none');
    return transact(state, async (tx) => {
      const { skipDefaultAlertsSettings = false } = wanted;
      const owner = await people.ownerFor(caller, owned, wanted.orgOwnerId, tx);
      const organization = await make({ name: wanted.name, skipDefaultAlertsSettings }, tx);
      const orgId = organization._id;
      const here = (roles: readonly OrgRole[]) => roles.map((roleName) => ({ orgId, roleName }));
      // Without this its creator could neither use nor delete it.
      await assign(caller, { orgId, roleName: 'ORG_OWNER' }, orgId, tx);
      if (owner) await people.assign(owner._id, { orgId, roleName: 'ORG_OWNER' }, orgId, tx);
      const { apiKey, serviceAccount } = wanted;
      const key = apiKey && (await keys.createIn(orgId, { ...apiKey, roles: here(apiKey.roles) }, tx));
      const account =
        serviceAccount && accounts.createIn(orgId, { ...serviceAccount, roles: here(serviceAccount.roles) }, tx);
      await note({ type: 'ORG_CREATED', orgId }, tx);
      if (key) await note({ type: 'API_KEY_CREATED', orgId, targetPublicKey: key.key.publicKey }, tx);
      if (account) await note({ type: 'SERVICE_ACCOUNT_CREATED', orgId }, tx);
      return { organization, key, account, orgOwnerId: owner?._id };
    });
  },
});

const UpdateOrg = Type.Object(
  {
    name: Type.String(),
    skipDefaultAlertsSettings: Type.Optional(Type.Boolean()),
    ...echoed('id', 'isDeleted', 'links'),
  },
  { additionalProperties: false },
);

export const updateOrg = operation<
  OrgRoom,
  { name: string; skipDefaultAlertsSettings?: boolean },
  Organization,
  'INVALID_ORG_NAME' | 'ORG_NOT_FOUND'
>({
  id: 'updateOrg',
  route: 'PATCH /orgs/{orgId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['INVALID_ORG_NAME', 'ORG_NOT_FOUND'],
  versions: {
    '2023-01-01': { ...named, body: UpdateOrg },
  },
  async run({ org, wanted, note, fail }, { state, orgs }) {
    if (!isOrgName(wanted.name)) throw fail('INVALID_ORG_NAME', wanted.name);
    return transact(state, async (tx) => {
      const changed = await orgs.update(org.id, wanted, tx);
      if (!changed) throw fail('ORG_NOT_FOUND', org.id);
      if (wanted.name !== org.name) await note({ type: 'ORG_RENAMED' }, tx);
      return changed;
    });
  },
});

/** Obeys every rule at once: whoever refuses leaves everything as it was, and what goes, goes in one transaction. */
export const deleteOrg = operation<
  OrgRoom,
  unknown,
  void,
  | 'NO_PAYMENT_INFORMATION_FOUND'
  | 'ORG_NOT_FOUND'
  | 'ORG_NOT_EMPTY'
  | 'CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK'
>({
  id: 'deleteOrg',
  route: 'DELETE /orgs/{orgId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: [
    'NO_PAYMENT_INFORMATION_FOUND',
    'ORG_NOT_FOUND',
    'ORG_NOT_EMPTY',
    'CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK',
  ],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ org, fail }, { state, orgs, leaving }) =>
    transact(state, async (tx) => {
      const found = await orgs.hold(org.id, tx);
      if (!found) throw fail('ORG_NOT_FOUND', org.id);
      for (const room of leaving) await room.refuseOrg?.(org.id, tx);
      if (found.billingUnsettled) throw fail('NO_PAYMENT_INFORMATION_FOUND', org.id);
      for (const room of leaving) await room.clearOrg?.(org.id, tx);
      await orgs.remove(org.id, tx);
    }),
});

export const orgOperations = [listOrgs, createOrg, getOrg, updateOrg, deleteOrg];
