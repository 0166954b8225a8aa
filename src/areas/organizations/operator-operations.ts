import Type from 'typebox';
import { type Tx, transact } from '../../base/state.ts';
import { operation, type PlacedEvent } from '../../kernel/operation.ts';
import { settingEvents } from './model.ts';
import type { OrgRoom } from './operations.ts';

interface OperatorRoom extends OrgRoom {
  events: { record(event: PlacedEvent, tx: Tx): Promise<void> };
}

/** The operator marks an organization's billing as unsettled, or as settled again. */
export const setBilling = operation<OrgRoom, { unsettled: boolean }, { unsettled: boolean }, 'ORG_NOT_FOUND'>({
  id: 'setOrgBilling',
  surface: 'telamon',
  route: 'PATCH /operator/orgs/{orgId}/billing',
  inside: 'operator',
  roles: [],
  fails: ['ORG_NOT_FOUND'],
  versions: {
    '2023-01-01': {
      body: Type.Object({ unsettled: Type.Boolean() }, { additionalProperties: false }),
      reply: Type.Object({ unsettled: Type.Boolean() }),
      status: 200,
    },
  },
  async run({ path, wanted, fail }, { state, orgs }) {
    const change = { billingUnsettled: wanted.unsettled };
    if (!(await transact(state, (tx) => orgs.update(path.orgId!, change, tx))))
      throw fail('ORG_NOT_FOUND', path.orgId!);
    return wanted;
  },
});

/**
 * The operator's way back into an organization whose `apiAccessListRequired` keeps out every key and account it has:
 * they cannot call to lift it themselves.
 */
export const setAccessListRequired = operation<
  OperatorRoom,
  { required: boolean },
  { required: boolean },
  'ORG_NOT_FOUND'
>({
  id: 'setOrgAccessListRequired',
  surface: 'telamon',
  route: 'PATCH /operator/orgs/{orgId}/apiAccessList',
  inside: 'operator',
  roles: [],
  fails: ['ORG_NOT_FOUND'],
  versions: {
    '2023-01-01': {
      body: Type.Object({ required: Type.Boolean() }, { additionalProperties: false }),
      reply: Type.Object({ required: Type.Boolean() }),
      status: 200,
    },
  },
  run: ({ path, wanted, caller, remoteAddress, fail }, { state, orgs, events }) =>
    transact(state, async (tx) => {
      const orgId = path.orgId!;
      const before = await orgs.hold(orgId, tx);
      const after = before && (await orgs.updateSettings(orgId, { apiAccessListRequired: wanted.required }, [], tx));
      if (!after) throw fail('ORG_NOT_FOUND', orgId);
      for (const type of settingEvents(before.settings, after.settings))
        await events.record({ type, orgId, caller, remoteAddress }, tx);
      return wanted;
    }),
});

export const orgOperatorOperations = [setBilling, setAccessListRequired];
