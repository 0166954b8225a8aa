import { isDuplicateKey } from '../../base/driver-errors.ts';
import { type State, type Tx, transact } from '../../base/state.ts';
import type { Fail } from '../../kernel/failure.ts';
import { type Cluster, isTenant } from '../clusters/questions.ts';

/** Why a cluster takes no live migration; undefined when it does. */
export function unfit(cluster: Cluster): string | undefined {
  if (isTenant(cluster)) return 'is a free or Flex cluster, which takes no live migration; use a dedicated one';
  if (cluster.spec.paused) return 'is paused';
  if (cluster.status.state !== 'IDLE') return `is ${cluster.status.state}, not IDLE`;
  return undefined;
}

const busy: Record<string, string> = {
  one_into_a_cluster: 'destination.clusterName names a cluster into which a live migration is running',
  one_of_a_deployment: 'source.clusterName names a deployment of which another live migration is running',
};

/** Makes a job, unless another one excludes it. */
export async function whileFree<T>(
  state: State,
  fail: Fail<'VALIDATION_ERROR'>,
  make: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await transact(state, make);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const index = Object.keys(busy).find((it) => String((error as Error).message).includes(it));
    throw fail('VALIDATION_ERROR', busy[index ?? 'one_into_a_cluster']!);
  }
}
