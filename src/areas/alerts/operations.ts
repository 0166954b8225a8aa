import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { mask } from '../../base/masks.ts';
import type { Vault } from '../../base/secrets.ts';
import { type State, transact } from '../../base/state.ts';
import type { Limits } from '../../contract/limits.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import { checkBody } from '../../kernel/validate.ts';
import type { ProjectQuestions } from '../projects/questions.ts';
import { type AlertConfig, matcherFields, type Notification, type SealedSecret } from './model.ts';
import type { AlertStore } from './store.ts';
import {
  ConfigReply,
  ConfigWire,
  isSecret,
  notifierSchema,
  readConfig,
  type WantedConfig,
  writeConfig,
} from './wire.ts';

export interface AlertRoom {
  state: State;
  vault: Vault;
  alerts: AlertStore;
  projects: Pick<ProjectQuestions, 'within'>;
  limits: Limits;
  clock: Clock;
}

const shown = { reply: ConfigReply, status: 200, write: writeConfig };
const wanted = { body: ConfigWire, read: readConfig };

/** A secret that comes back as it is shown stays what it was. */
function notificationsOf({ vault }: AlertRoom, { notifications }: WantedConfig, before?: AlertConfig): Notification[] {
  return notifications.map((wire) => {
    const typeName = String(wire.typeName);
    checkBody(notifierSchema(typeName)!, wire);
    const known = before?.notifications.find((it) => it.notifierId === wire.notifierId && it.typeName === typeName);
    const notifierId = known?.notifierId ?? newId();
    const settings: Notification['settings'] = {};
    const secrets: Record<string, SealedSecret> = {};
    for (const [name, value] of Object.entries(wire)) {
      if (name === 'typeName' || name === 'notifierId') continue;
      const clear = String(value);
      const old = known?.secrets[name];
      if (!isSecret(name)) settings[name] = value;
      else if (old?.shown === clear) secrets[name] = old;
      else secrets[name] = { sealed: vault.seal(clear, `${notifierId} ${name}`), shown: mask(name, clear) };
    }
    return { notifierId, typeName, settings: { delayMin: 0, intervalMin: 5, ...settings }, secrets };
  });
}

export const listGroupAlertConfigs = operation<AlertRoom, unknown, Page<AlertConfig>>({
  id: 'listGroupAlertConfigs',
  route: 'GET /groups/{groupId}/alertConfigs',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  versions: { '2023-01-01': shown },
  run: ({ group, paging }, { alerts }) => alerts.list(group.id, paging),
});

export const getGroupAlertConfig = operation<AlertRoom, unknown, AlertConfig, 'ALERT_CONFIG_NOT_FOUND'>({
  id: 'getGroupAlertConfig',
  route: 'GET /groups/{groupId}/alertConfigs/{alertConfigId}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['ALERT_CONFIG_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  async run({ group, path, fail }, { alerts }) {
    const found = await alerts.find(group.id, path.alertConfigId!);
    if (!found) throw fail('ALERT_CONFIG_NOT_FOUND', path.alertConfigId!, group.id);
    return found;
  },
});

export const createGroupAlertConfig = operation<
  AlertRoom,
  WantedConfig,
  AlertConfig,
  'MAX_ALERT_CONFIGS_PER_GROUP_EXCEEDED' | 'GROUP_NOT_FOUND'
>({
  id: 'createGroupAlertConfig',
  route: 'POST /groups/{groupId}/alertConfigs',
  inside: 'group',
  roles: ['GROUP_ALERTS_MANAGER'],
  fails: ['MAX_ALERT_CONFIGS_PER_GROUP_EXCEEDED', 'GROUP_NOT_FOUND'],
  versions: { '2023-01-01': { ...shown, ...wanted, status: 201 } },
  run({ group, wanted, note, fail }, room) {
    const now = room.clock.now();
    const _id = newId();
    const notifications = notificationsOf(room, wanted);
    const made = { _id, groupId: group.id, ...wanted, notifications, created: now, updated: now };
    return room.projects.within(group.id, async (tx) => {
      const most = room.limits.alertConfigsPerGroup;
      if ((await room.alerts.countIn(group.id, tx)) >= most)
        throw fail('MAX_ALERT_CONFIGS_PER_GROUP_EXCEEDED', most, group.id);
      await room.alerts.insert([made], tx);
      await note({ type: 'ALERT_CONFIG_ADDED_AUDIT', alertConfigId: _id }, tx);
      return made;
    });
  },
});

export const updateGroupAlertConfig = operation<AlertRoom, WantedConfig, AlertConfig, 'ALERT_CONFIG_NOT_FOUND'>({
  id: 'updateGroupAlertConfig',
  route: 'PUT /groups/{groupId}/alertConfigs/{alertConfigId}',
  inside: 'group',
  roles: ['GROUP_ALERTS_MANAGER'],
  fails: ['ALERT_CONFIG_NOT_FOUND'],
  versions: { '2023-01-01': { ...shown, ...wanted } },
  run: ({ group, path, wanted, note, fail }, room) =>
    transact(room.state, async (tx) => {
      const before = await room.alerts.find(group.id, path.alertConfigId!, tx);
      if (!before) throw fail('ALERT_CONFIG_NOT_FOUND', path.alertConfigId!, group.id);
      const { _id, groupId, created } = before;
      const notifications = notificationsOf(room, wanted, before);
      const after = { _id, groupId, ...wanted, notifications, created, updated: room.clock.now() };
      await room.alerts.replace(after, tx);
      await note({ type: 'ALERT_CONFIG_CHANGED_AUDIT', alertConfigId: _id }, tx);
      return after;
    }),
});

export const toggleGroupAlertConfig = operation<AlertRoom, { enabled: boolean }, AlertConfig, 'ALERT_CONFIG_NOT_FOUND'>(
  {
    id: 'toggleGroupAlertConfig',
    route: 'PATCH /groups/{groupId}/alertConfigs/{alertConfigId}',
    inside: 'group',
    roles: ['GROUP_ALERTS_MANAGER'],
    fails: ['ALERT_CONFIG_NOT_FOUND'],
    versions: {
      '2023-01-01': { ...shown, body: Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false }) },
    },
    run: ({ group, path, wanted: { enabled }, note, fail }, room) =>
      transact(room.state, async (tx) => {
        const before = await room.alerts.find(group.id, path.alertConfigId!, tx);
        if (!before) throw fail('ALERT_CONFIG_NOT_FOUND', path.alertConfigId!, group.id);
        const after = { ...before, enabled, updated: room.clock.now() };
        await room.alerts.replace(after, tx);
        const type = enabled ? 'ALERT_CONFIG_ENABLED_AUDIT' : 'ALERT_CONFIG_DISABLED_AUDIT';
        if (before.enabled !== enabled) await note({ type, alertConfigId: before._id }, tx);
        return after;
      }),
  },
);

export const deleteGroupAlertConfig = operation<AlertRoom, unknown, void, 'ALERT_CONFIG_NOT_FOUND'>({
  id: 'deleteGroupAlertConfig',
  route: 'DELETE /groups/{groupId}/alertConfigs/{alertConfigId}',
  inside: 'group',
  roles: ['GROUP_ALERTS_MANAGER'],
  fails: ['ALERT_CONFIG_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  run: ({ group, path, note, fail }, { state, alerts }) =>
    transact(state, async (tx) => {
      const id = path.alertConfigId!;
      if (!(await alerts.remove(group.id, id, tx))) throw fail('ALERT_CONFIG_NOT_FOUND', id, group.id);
      await note({ type: 'ALERT_CONFIG_DELETED_AUDIT', alertConfigId: id }, tx);
    }),
});

export const listAlertConfigMatcherFieldNames = operation<AlertRoom, unknown, readonly string[]>({
  id: 'listAlertConfigMatcherFieldNames',
  route: 'GET /alertConfigs/matchers/fieldNames',
  inside: 'anywhere',
  roles: [],
  fails: [],
  list: 'bare',
  versions: { '2023-01-01': { reply: Type.String(), status: 200 } },
  run: async () => matcherFields,
});

export const alertOperations = [
  listGroupAlertConfigs,
  getGroupAlertConfig,
  createGroupAlertConfig,
  updateGroupAlertConfig,
  toggleGroupAlertConfig,
  deleteGroupAlertConfig,
  listAlertConfigMatcherFieldNames,
];
