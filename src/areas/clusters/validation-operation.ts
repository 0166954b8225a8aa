import Type from 'typebox';
import { transact } from '../../base/state.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { Failure, fail } from '../../kernel/failure.ts';
import { type GroupPlace, operation } from '../../kernel/operation.ts';
import { changeable, changedSpec, checkNew } from './lifecycle.ts';
import type { ProcessArgs } from './process-args.ts';
import { Args } from './process-operations.ts';
import type { ClusterRoom } from './room.ts';
import { type ClusterWire, pairs, readCluster, UpdateCluster, type WantedCluster } from './wire.ts';

interface Wire {
  clusterDescription: ClusterWire;
  clusterName?: string;
  editing: boolean;
  advancedConfiguration?: ProcessArgs;
  tags?: ClusterWire['tags'];
}

/** A configuration, and the cluster that it is to become; none when it is to be a new one. */
interface Wanted {
  editing: boolean;
  clusterName?: string;
  wanted: WantedCluster;
}

interface Verdict {
  code: ErrorCode;
  detail: string;
}

function read({ clusterDescription, clusterName, editing, advancedConfiguration, tags }: Wire): Wanted {
  const { change, ...wanted } = readCluster(clusterDescription);
  const processArgs = { ...change.processArgs, ...advancedConfiguration };
  return { editing, clusterName, wanted: { ...wanted, change: { ...change, processArgs, tags: tags ?? change.tags } } };
}

/** What the creation or the change would refuse; each of them tells of the first thing that it finds. */
async function refusal(room: ClusterRoom, group: GroupPlace, { editing, clusterName, wanted }: Wanted): Promise<void> {
  const name = (editing ? clusterName : undefined) ?? wanted.name;
  if (!name) throw fail('MISSING_ATTRIBUTE', editing ? 'clusterName' : 'clusterDescription.name');
  await transact(room.state, async (tx) => {
    if (editing) changedSpec(room, await changeable(room, group, name, fail, tx), wanted, fail);
    else {
      checkNew(room, name, wanted, fail);
      if (await room.clusters.find(group.id, name, tx)) throw fail('DUPLICATE_CLUSTER_NAME', name, group.id);
    }
  });
}

export const validateGroupClusterConfigurations = operation<ClusterRoom, Wanted, Verdict | undefined>({
  id: 'validateGroupClusterConfigurations',
  route: 'POST /groups/{groupId}/clusterConfigurations:validate',
  inside: 'group',
  bucket: 'clusters',
  roles: ['GROUP_CLUSTER_MANAGER'],
  fails: [],
  versions: {
    '2025-03-12': {
      body: Type.Object(
        {
          clusterDescription: UpdateCluster,
          editing: Type.Boolean(),
          clusterName: Type.Optional(Type.String()),
          advancedConfiguration: Type.Optional(Args),
          tags: Type.Optional(pairs),
        },
        { additionalProperties: false },
      ),
      read,
      reply: Type.Object({
        valid: Type.Boolean(),
        errors: Type.Optional(
          Type.Array(Type.Object({ errorCode: Type.String(), validationIssue: Type.Optional(Type.String()) })),
        ),
      }),
      status: 200,
      write: (it) =>
        it ? { valid: false, errors: [{ errorCode: it.code, validationIssue: it.detail }] } : { valid: true },
    },
  },
  async run({ group, wanted }, room) {
    try {
      await refusal(room, group, wanted);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  },
});
