import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import { fail as failure } from '../../kernel/failure.ts';
import { operation, type Page, type Paging } from '../../kernel/operation.ts';
import type { Cluster, ClusterQuestions } from '../clusters/questions.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import { type AccessListEntry, asBlock, entryId, MAX_COMMENT, MAX_DAYS, MAX_ENTRIES } from './model.ts';
import type { AccessListStore } from './store.ts';
import { Entries, EntryReply, readEntries, type WantedEntry, writeEntry } from './wire.ts';

export interface AccessListRoom {
  state: State;
  accessList: AccessListStore;
  projects: Pick<ProjectQuestions, 'within'>;
  deployment: {
    /** Every cluster of the project must take over what this transaction changes. */
    changed(groupId: string, tx: Tx): Promise<void>;
    /** Of these clusters, those that have not yet taken over the last change. */
    pending(clusters: readonly Cluster[]): Promise<ReadonlyMap<string, unknown>>;
  };
  clusters: Pick<ClusterQuestions, 'listIn'>;
  clock: Clock;
}

const shown = { reply: EntryReply, status: 200, write: writeEntry };
const ADMINS = ['GROUP_NETWORK_ACCESS_MANAGER'] as const;

function pageOf(all: readonly AccessListEntry[], { skip, itemsPerPage }: Paging): Page<AccessListEntry> {
  return { items: all.slice(skip, skip + itemsPerPage), total: all.length };
}

export const listAccessList = operation<AccessListRoom, unknown, Page<AccessListEntry>>({
  id: 'listGroupAccessListEntries',
  route: 'GET /groups/{groupId}/accessList',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  run: async ({ group, paging }, { accessList, clock }) => pageOf(await accessList.of(group.id, clock.now()), paging),
});

const entryFails = [
  'VALIDATION_ERROR',
  'MISSING_ATTRIBUTE',
  'MULTIPLE_VALUES_SPECIFIED_FOR_ONE_NETWORK_PERMISSION_ENTRY',
  'INVALID_IP_ADDRESS_OR_CIDR_NOTATION',
  'INVALID_NETWORK_PERMISSION_COMMENT',
  'EXPIRATION_DATE_IN_PAST',
  'EXPIRATION_DATE_EXCEEDS_MAX',
] as const;

/** Turns one wish into an entry; throws the failure that names what is wrong with it. */
function entryOf(groupId: string, it: WantedEntry, now: Date, n: number): AccessListEntry {
  if (it.awsSecurityGroup)
    throw failure('VALIDATION_ERROR', 'awsSecurityGroup is not available: this server peers with no cloud network');
  const texts = [it.cidrBlock, it.ipAddress].filter((text) => text !== undefined);
  if (!texts.length) throw failure('MISSING_ATTRIBUTE', `java.util.ArrayList[${n}].ipAddress`);
  const blocks = texts.map((text) => {
    const block = asBlock(text);
    if (!block) throw failure('INVALID_IP_ADDRESS_OR_CIDR_NOTATION', text);
    return block;
  });
  if (it.ipAddress?.includes('/')) throw failure('INVALID_IP_ADDRESS_OR_CIDR_NOTATION', it.ipAddress);
  const [cidrBlock = '', other = cidrBlock] = blocks;
  // What was read back holds both, and they agree.
  if (other !== cidrBlock) throw failure('MULTIPLE_VALUES_SPECIFIED_FOR_ONE_NETWORK_PERMISSION_ENTRY');
  if (it.comment && it.comment.length > MAX_COMMENT) throw failure('INVALID_NETWORK_PERMISSION_COMMENT', it.comment);
  const { comment, deleteAfterDate } = it;
  if (deleteAfterDate && deleteAfterDate <= now) throw failure('EXPIRATION_DATE_IN_PAST');
  if (deleteAfterDate && deleteAfterDate.getTime() > now.getTime() + MAX_DAYS * 86_400_000)
    throw failure('EXPIRATION_DATE_EXCEEDS_MAX', MAX_DAYS);
  return { _id: entryId(groupId, cidrBlock), groupId, cidrBlock, comment, deleteAfterDate, created: now };
}

export const createAccessListEntries = operation<
  AccessListRoom,
  WantedEntry[],
  Page<AccessListEntry>,
  (typeof entryFails)[number] | 'ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED'
>({
  id: 'createGroupAccessListEntry',
  route: 'POST /groups/{groupId}/accessList',
  inside: 'group',
  roles: ADMINS,
  fails: [...entryFails, 'ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED'],
  list: 'page',
  versions: { '2023-01-01': { ...shown, body: Entries, read: readEntries, status: 201 } },
  async run({ group, wanted, paging, note, fail }, { accessList, projects, deployment, clock }) {
    const now = clock.now();
    // A millisecond apart, so that they are listed as they were given.
    const given = wanted.map((it, n) => entryOf(group.id, it, new Date(now.getTime() + n), n));
    // The last one of a kind stands, and no more than can be kept are written and undone: that would keep everybody else
    // from the project for as long as it takes.
    const entries = [...new Map(given.map((it) => [it._id, it])).values()];
    if (entries.length > MAX_ENTRIES) throw fail('ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED', MAX_ENTRIES);
    return projects.within(group.id, async (tx) => {
      for (const it of entries) {
        const { upsertedCount } = await accessList.put(it, tx);
        const type = upsertedCount ? 'NETWORK_PERMISSION_ENTRY_ADDED' : 'NETWORK_PERMISSION_ENTRY_UPDATED';
        await note({ type, whitelistEntry: it.cidrBlock }, tx);
      }
      if (entries.length) await deployment.changed(group.id, tx);
      const all = await accessList.of(group.id, now, tx);
      if (all.length > MAX_ENTRIES) throw fail('ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED', MAX_ENTRIES);
      return pageOf(all, paging);
    });
  },
});

/** The id of the entry that a path names, or what is surely nobody's. */
const idIn = (groupId: string, value: string): string => {
  const block = asBlock(value);
  return block ? entryId(groupId, block) : '';
};

export const getAccessListEntry = operation<
  AccessListRoom,
  unknown,
  AccessListEntry,
  'ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND'
>({
  id: 'getGroupAccessListEntry',
  route: 'GET /groups/{groupId}/accessList/{entryValue}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  async run({ group, path, fail }, { accessList, clock }) {
    const value = path.entryValue!;
    const entry = await accessList.find(idIn(group.id, value), clock.now());
    if (!entry) throw fail('ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND', value, group.id);
    return entry;
  },
});

export const getAccessListStatus = operation<
  AccessListRoom,
  unknown,
  { STATUS: 'ACTIVE' | 'PENDING' },
  'ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND'
>({
  id: 'getGroupAccessListStatus',
  route: 'GET /groups/{groupId}/accessList/{entryValue}/status',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND'],
  versions: { '2023-01-01': { reply: Type.Object({ STATUS: Type.String() }), status: 200 } },
  async run({ group, path, fail }, { accessList, clusters, deployment, clock }) {
    const value = path.entryValue!;
    if (!(await accessList.find(idIn(group.id, value), clock.now())))
      throw fail('ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND', value, group.id);
    return { STATUS: (await deployment.pending(await clusters.listIn(group.id))).size ? 'PENDING' : 'ACTIVE' };
  },
});

export const deleteAccessListEntry = operation<
  AccessListRoom,
  unknown,
  void,
  'ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND'
>({
  id: 'deleteGroupAccessListEntry',
  route: 'DELETE /groups/{groupId}/accessList/{entryValue}',
  inside: 'group',
  roles: ADMINS,
  fails: ['ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  async run({ group, path, note, fail }, { state, accessList, deployment }) {
    const value = path.entryValue!;
    await transact(state, async (tx) => {
      if (!(await accessList.remove(idIn(group.id, value), tx)))
        throw fail('ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND', value, group.id);
      await note({ type: 'NETWORK_PERMISSION_ENTRY_REMOVED', whitelistEntry: value }, tx);
      await deployment.changed(group.id, tx);
    });
  },
});

export const accessListOperations = [
  listAccessList,
  createAccessListEntries,
  getAccessListEntry,
  getAccessListStatus,
  deleteAccessListEntry,
];
