import { type Tx, transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import type { ClientAuthorities } from './model.ts';
import type { CertificateRoom } from './operations.ts';
import { readSecurity, SecurityReply, UpdateSecurity, type WantedSecurity, writeSecurity } from './wire.ts';

const shown = { reply: SecurityReply, write: writeSecurity };

const authoritiesOf = async ({ certificates }: CertificateRoom, groupId: string, tx?: Tx): Promise<ClientAuthorities> =>
  (await certificates.authoritiesOf(groupId, tx)) ?? { _id: groupId };

export const getUserSecurity = operation<CertificateRoom, unknown, ClientAuthorities>({
  id: 'getGroupUserSecurity',
  route: 'GET /groups/{groupId}/userSecurity',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [],
  versions: { '2023-01-01': { ...shown, status: 200 } },
  run: ({ group }, room) => authoritiesOf(room, group.id),
});

/** Each takes milliseconds of this server whenever it is signed for a cluster. */
const MOST_CAS = 50;

/** Why these cannot be a project's authorities; undefined when they can. */
async function wrongCas(cas: string, now: Date): Promise<string | undefined> {
  const { certificatesIn, wrongAuthorities } = await import('../../base/certificates.ts');
  const { counterSigned } = await import('../../base/countersign.ts');
  const wrong = wrongAuthorities(cas, now);
  if (wrong) return wrong;
  if (certificatesIn(cas).length > MOST_CAS) return `holds more than ${MOST_CAS} authorities`;
  // What could not be signed for the clusters later would hold up all that is to come to them.
  return counterSigned(cas, []).then(
    () => undefined,
    () => 'holds an authority whose name, key or limits this server cannot read',
  );
}

/** Whoever logs in with a certificate of an authority that is no longer named loses its rights at its next command. */
export const updateUserSecurity = operation<CertificateRoom, WantedSecurity, ClientAuthorities, 'VALIDATION_ERROR'>({
  id: 'updateGroupUserSecurity',
  route: 'PATCH /groups/{groupId}/userSecurity',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['VALIDATION_ERROR'],
  versions: { '2023-01-01': { ...shown, body: UpdateSecurity, read: readSecurity, status: 202 } },
  run: ({ group, wanted: { cas, ldap }, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const { certificates, projects, deployment, clock } = room;
      if (ldap.length)
        throw fail(
          'VALIDATION_ERROR',
          `ldap.${ldap[0]}: the mongod of this server knows no LDAP, its enterprise build does`,
        );
      const wrong = cas === undefined ? undefined : await wrongCas(cas, clock.now());
      if (wrong) throw fail('VALIDATION_ERROR', `customerX509.cas ${wrong}`);
      const before = await authoritiesOf(room, group.id, tx);
      if (cas === undefined) return before;
      await projects.hold(group.id, tx);
      const { own } = before;
      const text = cas.endsWith('\n') ? cas : `${cas}\n`;
      await certificates.change(group.id, { own, cas: text }, tx);
      await note({ type: 'USER_SECURITY_SETTINGS_UPDATED' }, tx);
      await deployment.changed(group.id, tx);
      return { ...before, cas: text };
    }),
});

export const disableCustomerX509 = operation<CertificateRoom, unknown, ClientAuthorities>({
  id: 'disableGroupUserSecurityCustomerX509',
  route: 'DELETE /groups/{groupId}/userSecurity/customerX509',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [],
  versions: { '2023-01-01': { ...shown, status: 202 } },
  run: ({ group, note }, room) =>
    transact(room.state, async (tx) => {
      const { cas, ...rest } = await authoritiesOf(room, group.id, tx);
      if (cas === undefined) return rest;
      await room.certificates.change(group.id, { own: rest.own }, tx);
      await note({ type: 'USER_SECURITY_SETTINGS_UPDATED' }, tx);
      await room.deployment.changed(group.id, tx);
      return rest;
    }),
});

export const securityOperations = [getUserSecurity, updateUserSecurity, disableCustomerX509];
