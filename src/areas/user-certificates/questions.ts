import { certificatesIn } from '../../base/certificates.ts';
import { fingerprint } from '../../base/secrets.ts';
import type { Leaving } from '../../base/state.ts';
import type { CertificateStore } from './store.ts';

/** Whose client certificates the members of a cluster accept, beside those of the installation. */
export interface Trust {
  /** PEM of all of them, one after the other; empty when there are none. */
  pem: string;
  /** Changes whenever `pem` does. */
  print: string;
  /** Changes with the authorities that the customer brought; absent without any. */
  customerPrint?: string;
}

/** What other rooms may ask of the certificates of users. */
export const createCertificateQuestions = (store: CertificateStore) => ({
  /** Undefined for a project that never had an authority. */
  async trustOf(groupId: string): Promise<Trust | undefined> {
    const found = await store.authoritiesOf(groupId);
    if (!found) return undefined;
    const { own, cas } = found;
    const pem = `${own?.certificate ?? ''}${certificatesIn(cas ?? '').join('')}`;
    return { pem, print: fingerprint(pem), ...(cas ? { customerPrint: fingerprint(cas) } : {}) };
  },
});

export const createCertificateLeaving = (store: CertificateStore): Leaving => ({ clearGroup: store.clearGroup });
