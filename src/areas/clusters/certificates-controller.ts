import type { ProviderOf } from './provider.ts';
import type { ClusterStore } from './store.ts';

/** Keeps what members with TLS show up to date, while they run: certificates end, and operators replace theirs. */
export function createCertificateControl({ clusters, providerOf }: { clusters: ClusterStore; providerOf: ProviderOf }) {
  return {
    name: 'certificates',
    async list(): Promise<string[]> {
      const all = (await clusters.all()).filter((it) => it.status.formed && !it.deleting && !it.spec.paused);
      return all.filter((it) => it.status.members.some((member) => member.caFile)).map((it) => it._id);
    },
    async reconcile(id: string): Promise<undefined> {
      const cluster = await clusters.byId(id);
      if (cluster?.status.formed && !cluster.deleting) await providerOf(cluster).renew(cluster);
    },
  };
}
