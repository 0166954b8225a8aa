import Type from 'typebox';
import { type Clock, wireInstant } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { type State, transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import { orNull } from '../../kernel/wire.ts';
import type { ClusterQuestions } from '../clusters/questions.ts';
import type { MigrationQuestions } from '../live-migrations/questions.ts';
import type { SampleLoad } from './model.ts';
import type { SampleStore } from './store.ts';

export interface SampleRoom {
  state: State;
  samples: SampleStore;
  clusters: Pick<ClusterQuestions, 'find' | 'hold'>;
  imports: MigrationQuestions;
  clock: Clock;
}

const shown = {
  reply: Type.Object({
    _id: Type.String(),
    clusterName: Type.String(),
    completeDate: orNull(Type.String()),
    createDate: Type.String(),
    errorMessage: orNull(Type.String()),
    state: Type.String(),
  }),
  status: 200,
  write: (it: SampleLoad) => ({
    _id: it._id,
    clusterName: it.clusterName,
    completeDate: it.completed ? wireInstant(it.completed) : null,
    createDate: wireInstant(it.created),
    errorMessage: it.errorMessage ?? null,
    state: it.state,
  }),
};

export const requestGroupSampleDatasetLoad = operation<
  SampleRoom,
  unknown,
  SampleLoad,
  'CLUSTER_NOT_FOUND' | 'CANNOT_UPDATE_PAUSED_CLUSTER' | 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'
>({
  id: 'requestGroupSampleDatasetLoad',
  route: 'POST /groups/{groupId}/sampleDatasetLoad/{name}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_OWNER'],
  fails: ['CLUSTER_NOT_FOUND', 'CANNOT_UPDATE_PAUSED_CLUSTER', 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT'],
  versions: { '2023-01-01': { ...shown, status: 201 } },
  run: ({ group, path, note, fail }, { state, samples, clusters, imports, clock }) =>
    transact(state, async (tx) => {
      const clusterName = path.name!;
      const cluster = await clusters.find(group.id, clusterName, tx);
      if (!cluster) throw fail('CLUSTER_NOT_FOUND', clusterName, group.id);
      if (cluster.spec.paused) throw fail('CANNOT_UPDATE_PAUSED_CLUSTER', clusterName);
      await clusters.hold(cluster._id, tx);
      if (await imports.isRunningInto(cluster._id, tx)) throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
      const load: SampleLoad = {
        ...{ _id: newId(), groupId: group.id, clusterId: cluster._id, clusterName },
        state: 'WORKING',
        created: clock.now(),
      };
      await samples.insert(load, tx);
      await note({ type: 'SAMPLE_DATASET_LOAD_REQUESTED', clusterName }, tx);
      return load;
    }),
});

export const getGroupSampleDatasetLoad = operation<SampleRoom, unknown, SampleLoad, 'RESOURCE_NOT_FOUND'>({
  id: 'getGroupSampleDatasetLoad',
  route: 'GET /groups/{groupId}/sampleDatasetLoad/{sampleDatasetId}',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_OWNER'],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  async run({ group, path, fail }, { samples }) {
    const load = await samples.find(group.id, path.sampleDatasetId!);
    if (!load) throw fail('RESOURCE_NOT_FOUND', `sample dataset load ${path.sampleDatasetId}`);
    return load;
  },
});

export const sampleOperations = [requestGroupSampleDatasetLoad, getGroupSampleDatasetLoad];
