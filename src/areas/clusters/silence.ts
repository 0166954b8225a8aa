import type { Host } from './host.ts';
import type { Cluster, Member } from './model.ts';

/** After so many questions without an answer a member counts as silent: a quarter of a minute. */
const SILENT = 3;
/** After so many it is ended and started again: a minute. docs/clusters.md says so. */
const HUNG = 12;

/** Members that run and do not answer. */
export const silent = (host: Host, cluster: Cluster, atLeast = SILENT): Member[] =>
  cluster.status.members.filter((it) => host.unanswered(cluster, it) >= atLeast && host.isRunning(cluster, it));

/**
 * Ends what has been silent for too long, so that it can be started again. Throws while somebody may yet answer: a
 * machine that is slow for a while is no reason to take a member away.
 */
export async function endHung(host: Host, cluster: Cluster): Promise<void> {
  for (const it of silent(host, cluster, HUNG)) await host.kill(cluster, it);
  const [waiting] = silent(host, cluster);
  if (waiting)
    throw new Error(
      `Member ${waiting.name} on port ${waiting.port} runs and does not answer. It is started again once it has not answered for a minute; its log is ${host.logPath(cluster, waiting)}.`,
    );
}
