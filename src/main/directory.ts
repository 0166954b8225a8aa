import type { KeyQuestions } from '../areas/programmatic-api-keys/questions.ts';
import type { AccountQuestions } from '../areas/service-accounts/questions.ts';
import { isId } from '../base/ids.ts';
import type { Vault } from '../base/secrets.ts';
import { digestHa1 } from '../kernel/digest.ts';
import type { Caller, Directory } from '../kernel/operation.ts';

type DigestUser = Awaited<ReturnType<Directory['digestUser']>>;

/** The operator proves to hold the master key; nothing is stored for it. */
export const OPERATOR = 'operator';
export const operatorPassword = (vault: Vault): string => vault.derive('operator').toString('base64url');

function operatorUser(vault: Vault): () => { ha1: string; caller: Caller } {
  const ha1 = digestHa1(OPERATOR, operatorPassword(vault));
  const caller: Caller = {
    kind: 'operator',
    id: OPERATOR,
    name: OPERATOR,
    orgRoles: {},
    groupRoles: {},
    accessList: [],
  };
  return () => ({ ha1, caller });
}

/** What the kernel asks of the rooms: who stands behind a credential, and which place an id names. */
export function createDirectory(rooms: {
  vault: Vault;
  orgs: { place: Directory['org'] };
  projects: { place: Directory['group'] };
  keys: KeyQuestions;
  accounts: AccountQuestions;
  noteUse: Directory['noteUse'];
  people: { callerById: Directory['clientById'] };
  staff: { staffUser(name: string): Promise<DigestUser> };
}): Directory {
  const { keys, accounts } = rooms;
  const operator = operatorUser(rooms.vault);
  return {
    org: rooms.orgs.place,
    group: rooms.projects.place,
    async digestUser(name) {
      if (name === OPERATOR) return operator();
      return name.startsWith('staff-') ? rooms.staff.staffUser(name) : keys.digestUser(name);
    },
    claimNonce: keys.claimNonce,
    noteUse: rooms.noteUse,
    clientBySecret: accounts.clientBySecret,
    clientById: (id, since) => (isId(id) ? rooms.people.callerById(id, since) : accounts.clientById(id)),
    isRevoked: accounts.isRevoked,
    revoke: accounts.revoke,
  };
}
