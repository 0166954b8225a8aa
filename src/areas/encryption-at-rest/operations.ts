import Type from 'typebox';
import { operation } from '../../kernel/operation.ts';

const Configuration = Type.Object({ enabled: Type.Boolean(), valid: Type.Boolean() });

/**
 * Clients ask which keys of a customer a new cluster could be encrypted with, before they create one. On a host of one's
 * own none is: its disks are encrypted below mongod, or not at all, and a cluster that wants a provider is refused.
 */
export const getGroupEncryptionAtRest = operation<object, unknown, { enabled: boolean; valid: boolean }>({
  id: 'getGroupEncryptionAtRest',
  route: 'GET /groups/{groupId}/encryptionAtRest',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  versions: {
    '2023-01-01': {
      reply: Type.Object({
        awsKms: Configuration,
        azureKeyVault: Configuration,
        enabledForSearchNodes: Type.Boolean(),
        googleCloudKms: Configuration,
      }),
      status: 200,
      write: (none) => ({ awsKms: none, azureKeyVault: none, enabledForSearchNodes: false, googleCloudKms: none }),
    },
  },
  run: async () => ({ enabled: false, valid: false }),
});

export const encryptionOperations = [getGroupEncryptionAtRest];
