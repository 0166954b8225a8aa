import Type from 'typebox';
import type { Clock } from '../../base/clock.ts';
import { type State, transact } from '../../base/state.ts';
import { operation, type Page } from '../../kernel/operation.ts';
import type { Alert, AlertStatus } from './alert.ts';
import type { RaisedStore } from './alert-store.ts';
import { AcknowledgedAlert, Acknowledgement, AlertReply, readAcknowledgement, writeAlert } from './alert-wire.ts';
import type { AlertConfig } from './model.ts';
import type { AlertStore } from './store.ts';
import { ConfigReply, writeConfig } from './wire.ts';

export interface RaisedRoom {
  state: State;
  alerts: AlertStore;
  raised: RaisedStore;
  clock: Clock;
}

const shown = { reply: AlertReply, status: 200, write: writeAlert };

export const listGroupAlerts = operation<RaisedRoom, unknown, Page<Alert>>({
  id: 'listGroupAlerts',
  route: 'GET /groups/{groupId}/alerts',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: [],
  list: 'page',
  query: { status: Type.Enum(['OPEN', 'TRACKING', 'CLOSED']) },
  versions: { '2023-01-01': shown },
  run({ group, query, paging }, { raised }) {
    const status = query.status as AlertStatus | undefined;
    return raised.list({ groupId: group.id, ...(status ? { status } : {}) }, paging);
  },
});

export const getGroupAlert = operation<RaisedRoom, unknown, Alert, 'ALERT_NOT_FOUND'>({
  id: 'getGroupAlert',
  route: 'GET /groups/{groupId}/alerts/{alertId}',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['ALERT_NOT_FOUND'],
  versions: { '2023-01-01': shown },
  async run({ group, path, fail }, { raised }) {
    const alert = await raised.find(group.id, path.alertId!);
    if (!alert) throw fail('ALERT_NOT_FOUND', path.alertId!, group.id);
    return alert;
  },
});

export const acknowledgeGroupAlert = operation<
  RaisedRoom,
  ReturnType<typeof readAcknowledgement>,
  Alert,
  'ALERT_NOT_FOUND'
>({
  id: 'acknowledgeGroupAlert',
  route: 'PATCH /groups/{groupId}/alerts/{alertId}',
  inside: 'group',
  roles: ['GROUP_ALERTS_MANAGER'],
  fails: ['ALERT_NOT_FOUND'],
  versions: {
    '2023-01-01': {
      ...{ ...shown, body: AcknowledgedAlert, read: readAcknowledgement },
      deprecated: { by: '2024-05-30', sunset: '2027-07-01' },
    },
    '2024-05-30': { ...shown, body: Acknowledgement, read: readAcknowledgement },
  },
  run: ({ group, path, wanted: { until, comment }, caller, note, fail }, { state, raised, clock }) =>
    transact(state, async (tx) => {
      const before = await raised.find(group.id, path.alertId!, tx);
      if (!before) throw fail('ALERT_NOT_FOUND', path.alertId!, group.id);
      const { acknowledgedUntil, acknowledgementComment: _old, acknowledgingUsername: _who, ...rest } = before;
      const given = until && {
        acknowledgedUntil: until,
        ...(comment ? { acknowledgementComment: comment } : {}),
        acknowledgingUsername: caller.name,
      };
      const after: Alert = { ...rest, ...given, updated: clock.now() };
      // Read in this transaction: whoever changes it meanwhile makes it begin again.
      await raised.replace(before, after, tx);
      if (until) await note({ type: 'ALERT_ACKNOWLEDGED_AUDIT', alertId: before._id }, tx);
      else if (acknowledgedUntil) await note({ type: 'ALERT_UNACKNOWLEDGED_AUDIT', alertId: before._id }, tx);
      return after;
    }),
});

export const getGroupAlertConfigAlerts = operation<RaisedRoom, unknown, Page<Alert>, 'ALERT_CONFIG_NOT_FOUND'>({
  id: 'getGroupAlertConfigAlerts',
  route: 'GET /groups/{groupId}/alertConfigs/{alertConfigId}/alerts',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['ALERT_CONFIG_NOT_FOUND'],
  list: 'page',
  versions: { '2023-01-01': shown },
  async run({ group, path, paging, fail }, { alerts, raised }) {
    const id = path.alertConfigId!;
    if (!(await alerts.find(group.id, id))) throw fail('ALERT_CONFIG_NOT_FOUND', id, group.id);
    return raised.list({ groupId: group.id, alertConfigId: id, status: 'OPEN' }, paging);
  },
});

export const getGroupAlertAlertConfigs = operation<RaisedRoom, unknown, Page<AlertConfig>, 'ALERT_NOT_FOUND'>({
  id: 'getGroupAlertAlertConfigs',
  route: 'GET /groups/{groupId}/alerts/{alertId}/alertConfigs',
  inside: 'group',
  roles: ['GROUP_READ_ONLY'],
  fails: ['ALERT_NOT_FOUND'],
  list: 'page',
  versions: { '2023-01-01': { reply: ConfigReply, status: 200, write: writeConfig } },
  async run({ group, path, paging, fail }, { alerts, raised }) {
    const alert = await raised.find(group.id, path.alertId!);
    if (!alert) throw fail('ALERT_NOT_FOUND', path.alertId!, group.id);
    // An alert is of one configuration, which may be gone since.
    const config = await alerts.find(group.id, alert.alertConfigId);
    const all = config ? [config] : [];
    return { items: all.slice(paging.skip, paging.skip + paging.itemsPerPage), total: all.length };
  },
});

export const raisedOperations = [
  listGroupAlerts,
  getGroupAlert,
  acknowledgeGroupAlert,
  getGroupAlertConfigAlerts,
  getGroupAlertAlertConfigs,
];
