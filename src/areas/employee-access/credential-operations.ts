import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { newPublicKey, newSecret } from '../../base/ids.ts';
import { transact } from '../../base/state.ts';
import { digestHa1 } from '../../kernel/digest.ts';
import { operation } from '../../kernel/operation.ts';
import type { StaffRoom } from './looking.ts';
import type { Staff } from './model.ts';
import { closeSession } from './sessions.ts';

const StaffReply = Type.Object({ username: Type.String(), name: Type.String(), created: Type.String() });
const NewStaffReply = Type.Object({ ...StaffReply.properties, password: Type.String() });
const writeStaff = (it: Staff, password?: string) => ({
  username: it._id,
  name: it.name,
  created: wireInstant(it.created),
  password,
});

export const createStaff = operation<StaffRoom, { name: string }, { staff: Staff; password: string }>({
  id: 'createStaff',
  surface: 'telamon',
  route: 'POST /operator/staff',
  inside: 'operator',
  roles: [],
  fails: [],
  versions: {
    '2023-01-01': {
      body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 128 }) }, { additionalProperties: false }),
      reply: NewStaffReply,
      status: 201,
      write: ({ staff, password }) => writeStaff(staff, password),
    },
  },
  async run({ wanted }, { access, vault, clock }) {
    const [username, password] = [`staff-${newPublicKey()}`, newSecret()];
    const sealedHa1 = vault.seal(digestHa1(username, password), username);
    const staff: Staff = { _id: username, name: wanted.name, sealedHa1, created: clock.now() };
    await access.insertStaff(staff);
    return { staff, password };
  },
});

export const listStaff = operation<StaffRoom, unknown, Staff[]>({
  id: 'listStaff',
  surface: 'telamon',
  route: 'GET /operator/staff',
  inside: 'operator',
  roles: [],
  fails: [],
  list: 'bare',
  versions: { '2023-01-01': { reply: StaffReply, status: 200, write: (it) => writeStaff(it) } },
  run: (_call, { access }) => access.allStaff(),
});

export const deleteStaff = operation<StaffRoom, unknown, void, 'RESOURCE_NOT_FOUND'>({
  id: 'deleteStaff',
  surface: 'telamon',
  route: 'DELETE /operator/staff/{username}',
  inside: 'operator',
  roles: [],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': { status: 204 } },
  async run({ path, fail }, room) {
    const username = path.username!;
    if (!(await transact(room.state, (tx) => room.access.removeStaff(username, tx))))
      throw fail('RESOURCE_NOT_FOUND', `staff ${username}`);
    await room.doors.look();
    for (const session of await room.access.endingOf(username))
      await closeSession(room, session).catch((err) =>
        room.log.warn({ err, session: session._id }, 'a staff session could not be closed yet'),
      );
  },
});

export const credentialOperations = [createStaff, listStaff, deleteStaff];
