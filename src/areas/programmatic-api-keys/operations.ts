import { type State, transact } from '../../base/state.ts';
import type { Limits } from '../../contract/limits.ts';
import type { OrgRole } from '../../contract/roles.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import type { OrgQuestions } from '../organizations/questions.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import type { ApiKey } from './model.ts';
import type { KeyQuestions, MadeKey } from './questions.ts';
import type { KeyStore } from './store.ts';
import { ApiKeyReply, CreateApiKey, UpdateApiKey, writeKey } from './wire.ts';

export interface KeyRoom {
  state: State;
  keys: KeyStore;
  questions: KeyQuestions;
  orgs: Pick<OrgQuestions, 'within'>;
  projects: Pick<ProjectQuestions, 'hold'>;
  limits: Limits;
}

export const createOrgApiKey = operation<
  KeyRoom,
  { desc: string; roles: OrgRole[] },
  MadeKey,
  'MAX_API_KEYS_PER_ORG_EXCEEDED'
>({
  id: 'createOrgApiKey',
  route: 'POST /orgs/{orgId}/apiKeys',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['MAX_API_KEYS_PER_ORG_EXCEEDED'],
  versions: {
    '2023-01-01': {
      body: CreateApiKey,
      reply: ApiKeyReply,
      status: 200,
      write: ({ key, privateKey }, links) => writeKey(key, links, privateKey),
    },
  },
  run: ({ org, wanted, note, fail }, { keys, questions, orgs, limits }) =>
    orgs.within(org.id, async (tx) => {
      if ((await keys.countIn(org.id, tx)) >= limits.apiKeysPerOrg)
        throw fail('MAX_API_KEYS_PER_ORG_EXCEEDED', limits.apiKeysPerOrg, org.id);
      const roles = wanted.roles.map((roleName) => ({ orgId: org.id, roleName }));
      const made = await questions.createIn(org.id, { desc: wanted.desc, roles }, tx);
      await note({ type: 'API_KEY_CREATED', targetPublicKey: made.key.publicKey }, tx);
      return made;
    }),
});

export const listOrgApiKeys = operation<KeyRoom, unknown, Page<ApiKey>>({
  id: 'listOrgApiKeys',
  route: 'GET /orgs/{orgId}/apiKeys',
  inside: 'org',
  roles: ['ORG_MEMBER'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': { reply: ApiKeyReply, status: 200, write: (key, links) => writeKey(key, links) } },
  run: ({ org, paging }, { keys }) => keys.list(org.id, paging),
});

export const getOrgApiKey = operation<KeyRoom, unknown, ApiKey, 'API_KEY_NOT_FOUND'>({
  id: 'getOrgApiKey',
  route: 'GET /orgs/{orgId}/apiKeys/{apiUserId}',
  inside: 'org',
  roles: ['ORG_MEMBER'],
  fails: ['API_KEY_NOT_FOUND'],
  versions: { '2023-01-01': { reply: ApiKeyReply, status: 200, write: (key, links) => writeKey(key, links) } },
  async run({ org, path, fail }, { keys }) {
    const key = await keys.find(org.id, path.apiUserId!);
    if (!key) throw fail('API_KEY_NOT_FOUND', path.apiUserId!);
    return key;
  },
});

export const updateOrgApiKey = operation<KeyRoom, { desc?: string; roles?: OrgRole[] }, ApiKey, 'API_KEY_NOT_FOUND'>({
  id: 'updateOrgApiKey',
  route: 'PATCH /orgs/{orgId}/apiKeys/{apiUserId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['API_KEY_NOT_FOUND'],
  versions: {
    '2023-01-01': { body: UpdateApiKey, reply: ApiKeyReply, status: 200, write: (key, links) => writeKey(key, links) },
  },
  run: ({ org, path, wanted, note, fail }, { state, keys }) =>
    transact(state, async (tx) => {
      const before = await keys.find(org.id, path.apiUserId!, tx);
      const elsewhere = before?.roles.filter((it) => it.orgId !== org.id) ?? [];
      const roles = wanted.roles?.map((roleName) => ({ orgId: org.id, roleName }));
      const change = {
        ...(wanted.desc === undefined ? {} : { desc: wanted.desc }),
        ...(roles ? { roles: [...roles, ...elsewhere] } : {}),
      };
      const key = before && (await keys.update(org.id, before._id, change, tx));
      if (!key) throw fail('API_KEY_NOT_FOUND', path.apiUserId!);
      const about = { targetPublicKey: key.publicKey };
      if (key.desc !== before.desc) await note({ type: 'API_KEY_DESCRIPTION_CHANGED', ...about }, tx);
      if (roles) await note({ type: 'API_KEY_ROLES_CHANGED', ...about }, tx);
      return key;
    }),
});

export const deleteOrgApiKey = operation<KeyRoom, unknown, void, 'API_KEY_NOT_FOUND'>({
  id: 'deleteOrgApiKey',
  route: 'DELETE /orgs/{orgId}/apiKeys/{apiUserId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['API_KEY_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ org, path, note, fail }, { state, keys }) =>
    transact(state, async (tx) => {
      const key = await keys.remove(org.id, path.apiUserId!, tx);
      if (!key) throw fail('API_KEY_NOT_FOUND', path.apiUserId!);
      await note({ type: 'API_KEY_DELETED', targetPublicKey: key.publicKey }, tx);
    }),
});

export const keyOperations = [createOrgApiKey, listOrgApiKeys, getOrgApiKey, updateOrgApiKey, deleteOrgApiKey];
