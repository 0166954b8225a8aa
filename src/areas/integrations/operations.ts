import { isDuplicateKey } from '../../base/driver-errors.ts';
import { newId } from '../../base/ids.ts';
import { mask } from '../../base/masks.ts';
import { hashPassword } from '../../base/passwords.ts';
import type { Vault } from '../../base/secrets.ts';
import { type State, transact } from '../../base/state.ts';
import { type Call, operation, type Page } from '../../kernel/operation.ts';
import { checkBody } from '../../kernel/validate.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import { type Integration, type IntegrationType, isIntegrationType, type SealedSecret } from './model.ts';
import type { IntegrationStore } from './store.ts';
import { IntegrationReply, IntegrationWire, isPasswordOf, isSecret, schemaOf, writeIntegration } from './wire.ts';

export interface IntegrationRoom {
  state: State;
  vault: Vault;
  integrations: IntegrationStore;
  projects: Pick<ProjectQuestions, 'within'>;
}

type Wire = Record<string, unknown>;
const shown = { reply: IntegrationReply, status: 200, write: writeIntegration };

function typeOf({ path, fail }: Pick<Call<unknown, 'INVALID_ENUM_VALUE'>, 'path' | 'fail'>): IntegrationType {
  const type = path.integrationType!;
  if (!isIntegrationType(type)) throw fail('INVALID_ENUM_VALUE', type);
  return type;
}

/** What is to be kept. A secret that comes back as it is shown stays what it was. */
function settingsOf(
  { vault }: IntegrationRoom,
  { _id, type, wire, before }: { _id: string; type: IntegrationType; wire: Wire; before?: Integration },
): Pick<Integration, 'settings' | 'secrets'> {
  const settings: Integration['settings'] = {};
  const secrets: Record<string, SealedSecret> = {};
  for (const [name, value] of Object.entries(wire)) {
    if (name === 'type' || name === 'id' || name === 'links' || isPasswordOf(type, name)) continue;
    if (!isSecret(type, name)) settings[name] = value as string | boolean | null;
    else {
      const known = before?.secrets[name];
      const clear = String(value);
      secrets[name] =
        known?.shown === clear ? known : { sealed: vault.seal(clear, `${_id} ${name}`), shown: mask(name, clear) };
    }
  }
  return { settings, secrets };
}

/** Holds what is wanted against the type's attributes. The hash of a password that it names comes back. */
async function checked(type: IntegrationType, wire: Wire): Promise<{ passwordHash?: string }> {
  checkBody(schemaOf(type), wire);
  const password = Object.entries(wire).find(([name]) => isPasswordOf(type, name))?.[1];
  return password === undefined ? {} : { passwordHash: await hashPassword(String(password)) };
}

export const listGroupIntegrations = operation<IntegrationRoom, unknown, Page<Integration>>({
  id: 'listGroupIntegrations',
  route: 'GET /groups/{groupId}/integrations',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  run: ({ group, paging }, { integrations }) => integrations.list(group.id, paging),
});

type Missing = 'INTEGRATION_NOT_CONFIGURED' | 'INVALID_ENUM_VALUE';
const missing: Missing[] = ['INTEGRATION_NOT_CONFIGURED', 'INVALID_ENUM_VALUE'];

export const getGroupIntegration = operation<IntegrationRoom, unknown, Integration, Missing>({
  id: 'getGroupIntegration',
  route: 'GET /groups/{groupId}/integrations/{integrationType}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: missing,
  versions: { '2023-01-01': shown },
  async run(call, { integrations }) {
    const type = typeOf(call);
    const found = await integrations.find(call.group.id, type);
    if (!found) throw call.fail('INTEGRATION_NOT_CONFIGURED', type);
    return found;
  },
});

/** The answer shows every integration of the project. */
export const createGroupIntegration = operation<
  IntegrationRoom,
  Wire,
  Page<Integration>,
  'INTEGRATION_ALREADY_CONFIGURED' | 'INVALID_ENUM_VALUE' | 'GROUP_NOT_FOUND'
>({
  id: 'createGroupIntegration',
  route: 'POST /groups/{groupId}/integrations/{integrationType}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['INTEGRATION_ALREADY_CONFIGURED', 'INVALID_ENUM_VALUE', 'GROUP_NOT_FOUND'],
  list: 'page',
  versions: { '2023-01-01': { ...shown, body: IntegrationWire } },
  async run(call, room) {
    const { group, wanted, paging, note, fail } = call;
    const type = typeOf(call);
    const _id = newId();
    const about = { _id, groupId: group.id, type, ...(await checked(type, wanted)) };
    const made: Integration = { ...about, ...settingsOf(room, { _id, type, wire: wanted }) };
    try {
      await room.projects.within(group.id, async (tx) => {
        await room.integrations.insert(made, tx);
        await note({ type: 'INTEGRATION_CONFIGURED' }, tx);
      });
    } catch (error) {
      if (isDuplicateKey(error)) throw fail('INTEGRATION_ALREADY_CONFIGURED', type);
      throw error;
    }
    return room.integrations.list(group.id, paging);
  },
});

export const updateGroupIntegration = operation<IntegrationRoom, Wire, Page<Integration>, Missing>({
  id: 'updateGroupIntegration',
  route: 'PUT /groups/{groupId}/integrations/{integrationType}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: missing,
  list: 'page',
  versions: { '2023-01-01': { ...shown, body: IntegrationWire } },
  async run(call, room) {
    const { group, wanted, paging, note, fail } = call;
    const type = typeOf(call);
    const hashed = await checked(type, wanted);
    await transact(room.state, async (tx) => {
      const before = await room.integrations.find(group.id, type, tx);
      if (!before) throw fail('INTEGRATION_NOT_CONFIGURED', type);
      const changed = settingsOf(room, { _id: before._id, type, wire: wanted, before });
      await room.integrations.replace({ ...before, ...changed, ...hashed }, tx);
      await note({ type: 'INTEGRATION_CONFIGURED' }, tx);
    });
    return room.integrations.list(group.id, paging);
  },
});

export const deleteGroupIntegration = operation<IntegrationRoom, unknown, void, Missing>({
  id: 'deleteGroupIntegration',
  route: 'DELETE /groups/{groupId}/integrations/{integrationType}',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: missing,
  versions: { '2023-01-01': { status: 204 } },
  run: (call, { state, integrations }) =>
    transact(state, async (tx) => {
      const type = typeOf(call);
      if (!(await integrations.remove(call.group.id, type, tx))) throw call.fail('INTEGRATION_NOT_CONFIGURED', type);
      await call.note({ type: 'INTEGRATION_REMOVED' }, tx);
    }),
});

export const integrationOperations = [
  listGroupIntegrations,
  getGroupIntegration,
  createGroupIntegration,
  updateGroupIntegration,
  deleteGroupIntegration,
];
