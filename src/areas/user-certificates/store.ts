import type { State, Tx } from '../../base/state.ts';
import type { ClientAuthorities, UserCertificate } from './model.ts';

/** The only code that touches the collections `userCertificates` and `clientAuthorities`. */
export function createCertificateStore(state: State) {
  const certificates = state.db.collection<UserCertificate>('userCertificates');
  const authorities = state.db.collection<ClientAuthorities>('clientAuthorities');
  return {
    async prepare(): Promise<void> {
      await certificates.createIndex({ groupId: 1, username: 1, notAfter: 1 });
      await certificates.createIndex({ notAfter: 1 }, { expireAfterSeconds: 0 });
    },
    insert: (certificate: UserCertificate, tx: Tx) => certificates.insertOne(certificate, { session: tx }),
    /** Those of a user that have not expired, the newest first. */
    of: (groupId: string, username: string, now: Date) =>
      certificates
        .find({ groupId, username, notAfter: { $gt: now } })
        .sort({ createdAt: -1, _id: 1 })
        .toArray(),
    authoritiesOf: (groupId: string, tx?: Tx) => authorities.findOne({ _id: groupId }, { session: tx }),
    /** Undefined takes a part away. */
    change: (groupId: string, { own, cas }: Omit<ClientAuthorities, '_id'>, tx: Tx) =>
      authorities.replaceOne({ _id: groupId }, { own, cas }, { session: tx, upsert: true, ignoreUndefined: true }),
    async clearGroup(groupId: string, tx: Tx): Promise<void> {
      await certificates.deleteMany({ groupId }, { session: tx });
      await authorities.deleteOne({ _id: groupId }, { session: tx });
    },
  };
}

export type CertificateStore = ReturnType<typeof createCertificateStore>;
