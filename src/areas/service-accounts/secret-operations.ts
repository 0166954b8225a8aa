import { transact } from '../../base/state.ts';
import { type Call, operation } from '../../kernel/operation.ts';
import { findInGroup, type Unknown, unknown } from './group-operations.ts';
import { type AccountSecret, MAX_SECRETS, type ServiceAccount } from './model.ts';
import type { AccountRoom } from './operations.ts';
import { NewSecretWire, SecretReply, writeSecret } from './wire.ts';

interface WantedSecret {
  secretExpiresAfterHours: number;
}
interface MadeSecret {
  record: AccountSecret;
  secret: string;
}
type Gone = Unknown | 'SERVICE_ACCOUNT_SECRET_NOT_FOUND';
const gone: readonly Gone[] = [...unknown, 'SERVICE_ACCOUNT_SECRET_NOT_FOUND'];

const made = {
  '2024-08-05': {
    body: NewSecretWire,
    reply: SecretReply,
    status: 201,
    write: ({ record, secret }: MadeSecret) => writeSecret(record, secret),
  },
};

/** An account by its organization, or by the project in whose light the call sees it. */
type Find = typeof findInGroup;

const findInOrg: Find = async ({ org, path, fail }, { accounts }, tx): Promise<ServiceAccount> => {
  const account = await accounts.find(org.id, path.clientId!, tx);
  if (!account) throw fail('SERVICE_ACCOUNT_NOT_FOUND', path.clientId!);
  return account;
};

const add = (call: Call<WantedSecret, Unknown | 'VALIDATION_ERROR'>, room: AccountRoom, orgId: string, find: Find) =>
  room.orgs.within(orgId, async (tx, held) => {
    const { wanted, note, fail } = call;
    const { _id } = await find(call, room, tx);
    held.checkSecretLife(wanted.secretExpiresAfterHours);
    const made = room.questions.makeSecret(wanted.secretExpiresAfterHours);
    if (!(await room.accounts.addSecret(orgId, _id, made.record, tx)))
      throw fail('VALIDATION_ERROR', `a service account can have at most ${MAX_SECRETS} secrets; delete one first`);
    await note({ type: 'SERVICE_ACCOUNT_SECRET_ADDED' }, tx);
    return made;
  });

const remove = (call: Call<unknown, Gone>, room: AccountRoom, orgId: string, find: Find) =>
  transact(room.state, async (tx) => {
    const { path, note, fail } = call;
    const { _id } = await find(call, room, tx);
    if (!(await room.accounts.removeSecret(orgId, _id, path.secretId!, tx)))
      throw fail('SERVICE_ACCOUNT_SECRET_NOT_FOUND', path.secretId!);
    await note({ type: 'SERVICE_ACCOUNT_SECRET_DELETED' }, tx);
  });

export const createOrgServiceAccountSecret = operation<
  AccountRoom,
  WantedSecret,
  MadeSecret,
  Unknown | 'VALIDATION_ERROR'
>({
  id: 'createOrgServiceAccountSecret',
  route: 'POST /orgs/{orgId}/serviceAccounts/{clientId}/secrets',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: [...unknown, 'VALIDATION_ERROR'],
  versions: made,
  run: (call, room) => add(call, room, call.org.id, findInOrg),
});

export const deleteOrgServiceAccountSecret = operation<AccountRoom, unknown, void, Gone>({
  id: 'deleteOrgServiceAccountSecret',
  route: 'DELETE /orgs/{orgId}/serviceAccounts/{clientId}/secrets/{secretId}',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: gone,
  versions: { '2024-08-05': { status: 204 } },
  run: (call, room) => remove(call, room, call.org.id, findInOrg),
});

export const createGroupServiceAccountSecret = operation<
  AccountRoom,
  WantedSecret,
  MadeSecret,
  Unknown | 'VALIDATION_ERROR'
>({
  id: 'createGroupServiceAccountSecret',
  route: 'POST /groups/{groupId}/serviceAccounts/{clientId}/secrets',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [...unknown, 'VALIDATION_ERROR'],
  versions: made,
  run: (call, room) => add(call, room, call.group.orgId, findInGroup),
});

export const deleteGroupServiceAccountSecret = operation<AccountRoom, unknown, void, Gone>({
  id: 'deleteGroupServiceAccountSecret',
  route: 'DELETE /groups/{groupId}/serviceAccounts/{clientId}/secrets/{secretId}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: gone,
  versions: { '2024-08-05': { status: 204 } },
  run: (call, room) => remove(call, room, call.group.orgId, findInGroup),
});

export const accountSecretOperations = [
  createOrgServiceAccountSecret,
  deleteOrgServiceAccountSecret,
  createGroupServiceAccountSecret,
  deleteGroupServiceAccountSecret,
];
