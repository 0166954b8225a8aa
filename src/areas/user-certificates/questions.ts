// What makes certificates is two hundred files, which most installations never need: it is loaded where one is made.
import type { NameParts } from '../../base/countersign.ts';
import { fingerprint } from '../../base/secrets.ts';
import type { Leaving } from '../../base/state.ts';
import type { CertificateStore } from './store.ts';

/** Whose client certificates the members of a cluster accept, beside those of the installation. */
export interface Trust {
  /** PEM of all of them, one after the other; empty when there are none. It is another text every time. */
  pem(): Promise<string>;
  /** Changes whenever what `pem` says does. */
  print: string;
  /** Changes with the authorities that the customer brought; absent without any. */
  customerPrint?: string;
}

/** What other rooms may ask of the certificates of users. */
export const createCertificateQuestions = (store: CertificateStore) => ({
  /**
   * Undefined for a project that never had an authority. Of `managed`, the subjects of users with x509Type MANAGED, the
   * customer's authorities sign for none.
   */
  async trustOf(groupId: string, managed: readonly NameParts[]): Promise<Trust | undefined> {
    const found = await store.authoritiesOf(groupId);
    if (!found) return undefined;
    const { own, cas } = found;
    const ours = own?.certificate ?? '';
    return {
      pem: async () => {
        if (!cas) return ours;
        const { counterSigned } = await import('../../base/countersign.ts');
        return ours + (await counterSigned(cas, managed));
      },
      print: fingerprint(JSON.stringify([ours, ...(cas ? [cas, managed] : [])])),
      ...(cas ? { customerPrint: fingerprint(cas) } : {}),
    };
  },
});

export const createCertificateLeaving = (store: CertificateStore): Leaving => ({ clearGroup: store.clearGroup });
