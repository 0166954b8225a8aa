import { randomInt } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Vault } from '../../base/secrets.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import { AUTHORITY_DAYS, MOST_SERIAL, monthsAfter, type UserCertificate } from './model.ts';
import type { CertificateStore } from './store.ts';
import { CertificateReply, CertificateText, CreateCertificate, readMonths, writeCertificate } from './wire.ts';

export interface CertificateRoom {
  state: State;
  vault: Vault;
  clock: Clock;
  certificates: CertificateStore;
  projects: Pick<ProjectQuestions, 'hold'>;
  users: {
    /** What a certificate of this user would say: undefined without the user, no subject when it has none of ours. */
    certifiable(
      groupId: string,
      username: string,
      now: Date,
      tx?: Tx,
    ): Promise<{ subject?: { name: string; parts: Record<string, string>[] } } | undefined>;
  };
  deployment: { changed(groupId: string, tx: Tx): Promise<void> };
}

const ROUTE = '/groups/{groupId}/databaseUsers/{username}/certs';
const contextOf = (groupId: string): string => `client authority ${groupId}`;

/** The project's own authority; made, and brought to the clusters, at its first use. */
async function authorityOf({ certificates, vault, deployment }: CertificateRoom, groupId: string, tx: Tx) {
  const found = await certificates.authoritiesOf(groupId, tx);
  if (found?.own)
    return { certificate: found.own.certificate, key: vault.open(found.own.sealedKey, contextOf(groupId)) };
  const { newAuthority } = await import('../../base/certificates.ts');
  const made = await newAuthority(`Telamon project ${groupId}`, AUTHORITY_DAYS);
  const own = { certificate: made.certificate, sealedKey: vault.seal(made.key, contextOf(groupId)) };
  await certificates.change(groupId, { own, cas: found?.cas }, tx);
  await deployment.changed(groupId, tx);
  return made;
}

export const listUserCertificates = operation<CertificateRoom, unknown, Page<UserCertificate>, 'USERNAME_NOT_FOUND'>({
  id: 'listGroupDatabaseUserCerts',
  route: `GET ${ROUTE}`,
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['USERNAME_NOT_FOUND'],
  list: 'page',
  versions: { '2023-01-01': { reply: CertificateReply, status: 200, write: writeCertificate } },
  async run({ group, path, paging: { skip, itemsPerPage }, fail }, { certificates, users, clock }) {
    const now = clock.now();
    const username = path.username!;
    if (!(await users.certifiable(group.id, username, now))) throw fail('USERNAME_NOT_FOUND', username);
    const all = await certificates.of(group.id, username, now);
    return { items: all.slice(skip, skip + itemsPerPage), total: all.length };
  },
});

export const createUserCertificate = operation<
  CertificateRoom,
  number,
  string,
  'USERNAME_NOT_FOUND' | 'VALIDATION_ERROR'
>({
  id: 'createGroupDatabaseUserCert',
  route: `POST ${ROUTE}`,
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['USERNAME_NOT_FOUND', 'VALIDATION_ERROR'],
  versions: {
    '2023-01-01': { body: CreateCertificate, reply: CertificateText, verbatim: true, status: 201, read: readMonths },
  },
  run: ({ group, path, wanted: months, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const { certificates, users, projects, clock } = room;
      const username = path.username!;
      const createdAt = clock.now();
      await projects.hold(group.id, tx);
      const user = await users.certifiable(group.id, username, createdAt, tx);
      if (!user) throw fail('USERNAME_NOT_FOUND', username);
      if (!user.subject)
        throw fail(
          'VALIDATION_ERROR',
          `username: certificates are issued to users with x509Type MANAGED, unlike ${username}`,
        );
      const { name, parts } = user.subject;
      const _id = randomInt(1, MOST_SERIAL);
      const notAfter = monthsAfter(createdAt, months);
      const authority = await authorityOf(room, group.id, tx);
      const { issueToClient } = await import('../../base/certificates.ts');
      const issued = await issueToClient(authority, { subject: parts, serial: _id, notAfter });
      await certificates.insert({ _id, groupId: group.id, username, subject: name, createdAt, notAfter }, tx);
      await note({ type: 'MONGODB_USER_X509_CERT_CREATED', dbUserUsername: username }, tx);
      return issued.certificate + issued.key;
    }),
});

export const certificateOperations = [listUserCertificates, createUserCertificate];
