import { addressBlock, blocksAround } from '../../base/addresses.ts';
import type { Clock } from '../../base/clock.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import type { EventType } from '../../contract/event-types.ts';
import type { Role } from '../../contract/roles.ts';
import type { VersionDate } from '../../contract/versions.ts';
import { rolesOf } from '../../kernel/authorize.ts';
import { type Call, type Inside, type Links, type Operation, operation, type Page } from '../../kernel/operation.ts';
import { type AccessEntry, type Holder, newEntry } from './model.ts';
import type { ListStore } from './store.ts';
import {
  AccountEntries,
  AccountEntry,
  type EntryWire,
  KeyEntries,
  KeyEntry,
  nameOf,
  writeAccountEntry,
  writeKeyEntry,
} from './wire.ts';

/** A kind of holders, as their own room shows them to this one. */
export interface Holders {
  lists: ListStore;
  inOrg(orgId: string, id: string, tx?: Tx): Promise<Holder | null>;
  inGroup(groupId: string, id: string, tx?: Tx): Promise<Holder | null>;
}

export interface ApiAccessRoom {
  state: State;
  clock: Clock;
  keys: Holders & { inOrg(orgId: string, id: string, tx?: Tx): Promise<(Holder & { publicKey: string }) | null> };
  accounts: Holders;
  /** Writes down the uses that this server has counted. */
  flush(): Promise<void>;
}

/** An entry and the list it stands in. */
interface Seen {
  entry: AccessEntry;
  list: string;
}

type Code =
  | 'ADDRESS_ALREADY_IN_ACCESS_LIST'
  | 'API_KEY_ACCESS_LIST_ACCESS_DENIED'
  | 'API_KEY_ACCESS_LIST_ENTRY_NOT_FOUND'
  | 'API_KEY_NOT_FOUND'
  | 'BAD_ACCESS_LIST_ADD_REQUEST'
  | 'CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST'
  | 'DUPLICATE_ADDRESSES_IN_INPUT'
  | 'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'
  | 'MISSING_ONE_OF_ATTRIBUTES'
  | 'SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_NOT_FOUND'
  | 'SERVICE_ACCOUNT_NOT_FOUND'
  | 'VALIDATION_ERROR';
type At = Pick<Call<unknown, Code>, 'path' | 'org' | 'group' | 'caller' | 'paging' | 'fail'>;

/** What tells the access lists of the interface apart. */
interface Kind {
  of: 'keys' | 'accounts';
  inside: Extract<Inside, 'org' | 'group'>;
  path: `/${string}`;
  /** The path parameter that names the holder. */
  holder: string;
  ids: { list: string; create: string; delete: string; get?: string };
  version: VersionDate;
  reads: Role;
  /** Absent: the key itself may, and who owns its organization. */
  writes?: Role;
}

const kinds: readonly Kind[] = [
  {
    of: 'keys',
    inside: 'org',
    path: '/orgs/{orgId}/apiKeys/{apiUserId}/accessList',
    holder: 'apiUserId',
    ids: {
      list: 'listOrgApiKeyAccessListEntries',
      create: 'createOrgApiKeyAccessListEntry',
      delete: 'deleteOrgApiKeyAccessListEntry',
      get: 'getOrgApiKeyAccessListEntry',
    },
    version: '2023-01-01',
    reads: 'ORG_MEMBER',
  },
  {
    of: 'accounts',
    inside: 'org',
    path: '/orgs/{orgId}/serviceAccounts/{clientId}/accessList',
    holder: 'clientId',
    ids: {
      list: 'listOrgServiceAccountAccessList',
      create: 'createOrgServiceAccountAccessList',
      delete: 'deleteOrgServiceAccountAccessListEntry',
    },
    version: '2024-08-05',
    reads: 'ORG_READ_ONLY',
    writes: 'ORG_OWNER',
  },
  {
    of: 'accounts',
    inside: 'group',
    path: '/groups/{groupId}/serviceAccounts/{clientId}/accessList',
    holder: 'clientId',
    ids: {
      list: 'listGroupServiceAccountAccessList',
      create: 'createGroupServiceAccountAccessList',
      delete: 'deleteGroupServiceAccountAccessListEntry',
    },
    version: '2024-08-05',
    reads: 'GROUP_READ_ONLY',
    writes: 'GROUP_ACCESS_MANAGER',
  },
];

const EVENTS: Record<Kind['of'], Record<'added' | 'deleted', EventType>> = {
  keys: { added: 'API_KEY_ACCESS_LIST_ENTRY_ADDED', deleted: 'API_KEY_ACCESS_LIST_ENTRY_DELETED' },
  accounts: { added: 'SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_ADDED', deleted: 'SERVICE_ACCOUNT_ACCESS_LIST_ENTRY_DELETED' },
};

/** The blocks a body asks for, in their one form. Throws for what is none, and for the same one twice. */
function blocksOf(wanted: readonly EntryWire[], fail: At['fail']): string[] {
  const blocks = wanted.map(({ ipAddress, cidrBlock }) => {
    const text = ipAddress ?? cidrBlock;
    if (text === undefined || text === null) throw fail('MISSING_ONE_OF_ATTRIBUTES', 'ipAddress', 'cidrBlock');
    const block = addressBlock(text);
    if (!block || ipAddress?.includes('/')) throw fail('INVALID_IP_ADDRESS_OR_CIDR_NOTATION', text);
    // Both of one entry is what a client sends back that has read it.
    if (ipAddress && cidrBlock && addressBlock(cidrBlock)?.cidrBlock !== block.cidrBlock)
      throw fail('BAD_ACCESS_LIST_ADD_REQUEST');
    return block.cidrBlock;
  });
  if (new Set(blocks).size < blocks.length) throw fail('DUPLICATE_ADDRESSES_IN_INPUT');
  return blocks;
}

function operationsOf(kind: Kind): Operation<ApiAccessRoom, never, unknown, Code>[] {
  const { of, ids, inside, version } = kind;
  const noEntry = `${of === 'keys' ? 'API_KEY' : 'SERVICE_ACCOUNT'}_ACCESS_LIST_ENTRY_NOT_FOUND` as const;
  const noHolder = of === 'keys' ? 'API_KEY_NOT_FOUND' : 'SERVICE_ACCOUNT_NOT_FOUND';
  const listPath = ({ path }: At) => kind.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => path[name]!);
  const write = ({ entry, list }: Seen, links: Links) =>
    of === 'keys' ? writeKeyEntry(entry, list, links) : writeAccountEntry(entry);
  const reply = of === 'keys' ? KeyEntry : AccountEntry;
  const shown = { reply, status: 200, write };

  async function holderOf({ path, org, group, fail }: At, room: ApiAccessRoom, tx?: Tx) {
    const id = path[kind.holder]!;
    const holder = await (inside === 'org' ? room[of].inOrg(org.id, id, tx) : room[of].inGroup(group.id, id, tx));
    if (!holder) throw fail(noHolder, id);
    return holder;
  }
  /** A key's own list is open to the key itself, whatever its roles. */
  function mayWrite({ caller, org, fail }: At, holder: Holder): void {
    if (kind.writes || caller.id === holder._id || rolesOf(caller, org.id).has('ORG_OWNER')) return;
    throw fail('API_KEY_ACCESS_LIST_ACCESS_DENIED');
  }
  function entryOf({ path, fail }: At, holder: Holder): AccessEntry {
    const text = path.ipAddress!;
    const entry = holder.accessList.find((it) => it.cidrBlock === addressBlock(text)?.cidrBlock);
    if (!entry) throw fail(noEntry, text, holder._id);
    return entry;
  }
  function page(call: At, { accessList }: Holder): Page<Seen> {
    const { skip, itemsPerPage } = call.paging;
    const list = listPath(call);
    const items = accessList.slice(skip, skip + itemsPerPage).map((entry) => ({ entry, list }));
    return { items, total: accessList.length };
  }
  const about = (holder: Holder, whitelistEntry: string) => ({
    whitelistEntry,
    ...('publicKey' in holder ? { targetPublicKey: holder.publicKey as string } : {}),
  });

  const list = operation<ApiAccessRoom, unknown, Page<Seen>, Code>({
    id: ids.list,
    route: `GET ${kind.path}`,
    ...{ inside, list: 'page', roles: [kind.reads], versions: { [version]: shown } },
    fails: [noHolder],
    async run(call, room) {
      await room.flush();
      return page(call, await holderOf(call, room));
    },
  });

  const create = operation<ApiAccessRoom, EntryWire[], Page<Seen>, Code>({
    id: ids.create,
    route: `POST ${kind.path}`,
    ...{ inside, list: 'page', roles: [kind.writes ?? kind.reads] },
    fails: [
      'ADDRESS_ALREADY_IN_ACCESS_LIST',
      ...(kind.writes ? [] : (['API_KEY_ACCESS_LIST_ACCESS_DENIED'] as const)),
      'BAD_ACCESS_LIST_ADD_REQUEST',
      'DUPLICATE_ADDRESSES_IN_INPUT',
      'INVALID_IP_ADDRESS_OR_CIDR_NOTATION',
      'MISSING_ONE_OF_ATTRIBUTES',
      noHolder,
      'VALIDATION_ERROR',
    ],
    versions: { [version]: { ...shown, body: of === 'keys' ? KeyEntries : AccountEntries } },
    run: (call, room) =>
      transact(room.state, async (tx) => {
        const { wanted, fail, note } = call;
        const holder = await holderOf(call, room, tx);
        mayWrite(call, holder);
        const entries = blocksOf(wanted, fail).map((it) => newEntry(it, room.clock.now()));
        const known = entries.find((it) => holder.accessList.some(({ cidrBlock }) => cidrBlock === it.cidrBlock));
        if (known) throw fail('ADDRESS_ALREADY_IN_ACCESS_LIST', nameOf(known));
        if (!(await room[of].lists.add(holder._id, entries, tx)))
          throw fail('VALIDATION_ERROR', 'an access list can have at most 200 entries');
        for (const it of entries) await note({ type: EVENTS[of].added, ...about(holder, it.cidrBlock) }, tx);
        return page(call, { ...holder, accessList: [...holder.accessList, ...entries] });
      }),
  });

  const remove = operation<ApiAccessRoom, unknown, void, Code>({
    id: ids.delete,
    route: `DELETE ${kind.path}/{ipAddress}`,
    ...{ inside, roles: [kind.writes ?? kind.reads], versions: { [version]: { status: 204 } } },
    fails: [
      ...(kind.writes ? [] : (['API_KEY_ACCESS_LIST_ACCESS_DENIED'] as const)),
      'CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST',
      noEntry,
      noHolder,
    ],
    run: (call, room) =>
      transact(room.state, async (tx) => {
        const { caller, remoteAddress, fail, note } = call;
        const holder = await holderOf(call, room, tx);
        mayWrite(call, holder);
        const { cidrBlock } = entryOf(call, holder);
        // Whoever does this by mistake could not undo it.
        if (caller.id === holder._id && blocksAround(remoteAddress, [cidrBlock]).length)
          throw fail('CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST', remoteAddress);
        await room[of].lists.remove(holder._id, cidrBlock, tx);
        await note({ type: EVENTS[of].deleted, ...about(holder, cidrBlock) }, tx);
      }),
  });

  const get = (id: string) =>
    operation<ApiAccessRoom, unknown, Seen, Code>({
      id,
      route: `GET ${kind.path}/{ipAddress}`,
      ...{ inside, roles: [kind.reads], versions: { [version]: shown } },
      fails: [noEntry, noHolder],
      async run(call, room) {
        await room.flush();
        const holder = await holderOf(call, room);
        return { entry: entryOf(call, holder), list: listPath(call) };
      },
    });
  // biome-ignore lint/suspicious/noExplicitAny: operations of one room differ in what they want and give
  return [list, create, remove, ...(ids.get ? [get(ids.get)] : [])] as any[];
}

export const apiAccessOperations = kinds.flatMap(operationsOf);
