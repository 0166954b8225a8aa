import { isAddressOrBlock } from '../../base/addresses.ts';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { encodeToken } from '../../base/link-token.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import { type Call, operation } from '../../kernel/operation.ts';
import type { OrgQuestions } from '../organizations/questions.ts';
import type { KeyQuestions } from '../programmatic-api-keys/questions.ts';
import { isConnected, type MigrationLink } from './model.ts';
import { refuseWhileActive } from './questions.ts';
import type { MigrationStore } from './store.ts';
import { LinkTokenReply, LinkTokenRequest, ProjectReply, type SeenProject, writeProject } from './wire.ts';

export interface LinkRoom {
  state: State;
  migrations: MigrationStore;
  keys: KeyQuestions;
  orgs: Pick<OrgQuestions, 'within'>;
  clock: Clock;
}

/** The published interface says 200 and the living one answers 201; every client takes both. */
const CREATED = 201;

async function forget(keyId: string, { keys, note }: Pick<LinkRoom, 'keys'> & Pick<Call<unknown>, 'note'>, tx: Tx) {
  const key = await keys.remove(keyId, tx);
  if (key) await note({ type: 'API_KEY_DELETED', targetPublicKey: key.publicKey }, tx);
}

interface MadeToken {
  link: MigrationLink;
  orgName: string;
  publicKey: string;
  privateKey: string;
}

/** A token that nobody has used is replaced: only the newest one can be found again by whoever asked. */
export const createLinkToken = operation<
  LinkRoom,
  { accessListIps?: string[] },
  MadeToken,
  'INVALID_IP_ADDRESS_OR_CIDR_NOTATION'
>({
  id: 'createOrgLiveMigrationLinkToken',
  route: 'POST /orgs/{orgId}/liveMigrations/linkTokens',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['INVALID_IP_ADDRESS_OR_CIDR_NOTATION'],
  versions: {
    '2023-01-01': {
      body: LinkTokenRequest,
      reply: LinkTokenReply,
      status: CREATED,
      write: ({ link, orgName, publicKey, privateKey }, { origin: url }) => ({
        linkToken: encodeToken({ v: 1, url, orgId: link.orgId, orgName, linkId: link._id, publicKey, privateKey }),
      }),
    },
  },
  async run({ org, wanted, note, fail }, { migrations, keys, orgs, clock }) {
    const accessList = wanted.accessListIps ?? [];
    const wrong = accessList.find((it) => !isAddressOrBlock(it));
    if (wrong !== undefined) throw fail('INVALID_IP_ADDRESS_OR_CIDR_NOTATION', wrong);
    return orgs.within(org.id, async (tx) => {
      for (const old of await migrations.linksOf(org.id, tx)) {
        if (old.agent) continue;
        await forget(old.keyId, { keys, note }, tx);
        await migrations.removeLink(old._id, tx);
      }
      const made = { desc: 'Live migration link', roles: [], accessList, kind: 'link' as const };
      const { key, privateKey } = await keys.createIn(org.id, made, tx);
      const link: MigrationLink = { _id: newId(), orgId: org.id, keyId: key._id, created: clock.now(), held: 0 };
      await migrations.insertLink(link, tx);
      await note({ type: 'API_KEY_CREATED', targetPublicKey: key.publicKey }, tx);
      for (const whitelistEntry of accessList)
        await note({ type: 'API_KEY_ACCESS_LIST_ENTRY_ADDED', targetPublicKey: key.publicKey, whitelistEntry }, tx);
      return { link, orgName: org.name, publicKey: key.publicKey, privateKey };
    });
  },
});

/** Takes every token and link of the organization, and with their keys the right to push. */
export const deleteLinkTokens = operation<
  LinkRoom,
  unknown,
  void,
  'EXTERNAL_ORG_LINK_NOT_FOUND' | 'CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK'
>({
  id: 'deleteOrgLiveMigrationLinkTokens',
  route: 'DELETE /orgs/{orgId}/liveMigrations/linkTokens',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: ['EXTERNAL_ORG_LINK_NOT_FOUND', 'CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK'],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ org, note, fail }, { state, migrations, keys }) =>
    transact(state, async (tx) => {
      const links = await migrations.linksOf(org.id, tx);
      if (!links.length) throw fail('EXTERNAL_ORG_LINK_NOT_FOUND');
      await refuseWhileActive(migrations, org.id, tx);
      for (const link of links) {
        await forget(link.keyId, { keys, note }, tx);
        await migrations.removeLink(link._id, tx);
      }
    }),
});

export const listAvailableProjects = operation<LinkRoom, unknown, SeenProject[]>({
  id: 'listOrgLiveMigrationAvailableProjects',
  route: 'GET /orgs/{orgId}/liveMigrations/availableProjects',
  inside: 'org',
  roles: ['ORG_OWNER'],
  fails: [],
  list: 'bare',
  versions: { '2023-01-01': { reply: ProjectReply, status: 200, write: writeProject } },
  async run({ org }, { migrations, clock }) {
    const links = await migrations.linksOf(org.id);
    return links.flatMap((it) => (it.agent ? [{ agent: it.agent, connected: isConnected(it, clock.now()) }] : []));
  },
});

export const linkOperations = [createLinkToken, deleteLinkTokens, listAvailableProjects];
