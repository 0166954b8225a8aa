import type { Vault } from '../../base/secrets.ts';
import { direct } from '../../mongod/index.ts';
import type { Host } from './host.ts';
import { type Scale, slotsOf } from './layout.ts';
import { ADMIN, type Cluster, type Member } from './model.ts';
import type { Provider } from './provider.ts';
import { hostOf } from './questions.ts';
import { rollOut } from './rollout.ts';
import { silent } from './silence.ts';
import { wantedFcv } from './tune.ts';

/** Clusters as processes on this host. */
export function createLocalProvider({ host, vault, scale }: { host: Host; vault: Vault; scale?: Scale }): Provider {
  /** Those whose members have been told, since this server began, to read what was written for them. */
  const told = new Set<string>();
  async function tell(cluster: Cluster, members: readonly Member[]): Promise<void> {
    const admin = { user: ADMIN, password: vault.open(cluster.sealed.adminPassword, cluster._id) };
    const asked = members.map((it) =>
      direct(hostOf(it), admin, (client) => client.db('admin').command({ rotateCertificates: 1 })),
    );
    const failed = (await Promise.allSettled(asked)).find((it) => it.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async function renew(cluster: Cluster): Promise<void> {
    if (cluster.status.home !== host.home || !host.caFile) return;
    const members = cluster.status.members.filter((it) => it.caFile && host.isRunning(cluster, it));
    // Whom they trust comes first: what the first of them shows then, the others must believe.
    if (!told.has(cluster._id)) {
      await host.trust(cluster);
      await tell(cluster, members);
      told.add(cluster._id);
    }
    const written = await Promise.all(members.map((it) => host.certify(cluster, it)));
    if (!written.includes(true)) return;
    // One that cannot be told now is told with all of them the next time.
    told.delete(cluster._id);
    await tell(cluster, members);
    told.add(cluster._id);
  }
  const down = (cluster: Cluster) => cluster.status.members.filter((it) => !host.isRunning(cluster, it)).length;
  return {
    home: host.home,
    isWell(cluster) {
      const { spec, status, revision } = cluster;
      if (status.revision !== revision) return false;
      if (spec.paused) return down(cluster) === status.members.length;
      if (down(cluster) > 0 || silent(host, cluster).length > 0) return false;
      if (status.members.some((it) => host.isUnsafe(cluster, it))) return false;
      if (status.zone !== host.zone) return false;
      return status.featureCompatibilityVersion === wantedFcv(cluster, host.version);
    },
    down: (cluster) => (cluster.spec.paused ? 0 : down(cluster)),
    async bring(cluster, notes, signal) {
      const found = await rollOut({ host, vault, notes, signal }, cluster, slotsOf(cluster.spec, scale));
      if (found) await renew(cluster);
      return found && { ...found, zone: host.zone };
    },
    async remove(cluster) {
      await Promise.all(cluster.status.members.map((it) => host.remove(cluster, it)));
      host.clear(cluster);
      told.delete(cluster._id);
    },
    async trust(cluster, pem) {
      if (cluster.status.home !== host.home) return false;
      await host.trust(cluster, pem);
      await tell(
        cluster,
        cluster.status.members.filter((it) => it.caFile),
      );
      return true;
    },
    renew,
    log: (cluster, member) => ({ file: host.logPath(cluster, member) }),
  };
}
