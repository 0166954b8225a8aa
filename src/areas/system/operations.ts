import Type from 'typebox';
import { addressBlock } from '../../base/addresses.ts';
import type { Caller } from '../../kernel/operation.ts';
import { operation } from '../../kernel/operation.ts';
import { links, orNull, sometimes } from '../../kernel/wire.ts';

export interface SystemRoom {
  /** 40 hexadecimal digits that name this build. */
  build: string;
}

const Roles = Type.Array(Type.Object({ roleName: Type.String(), ...sometimes(Type.String(), 'orgId', 'groupId') }));
const CallingKey = Type.Object({
  id: Type.String(),
  publicKey: Type.String(),
  roles: Roles,
  accessList: Type.Array(Type.Object(sometimes(Type.String(), 'cidrBlock', 'ipAddress'))),
});

const rolesOf = (caller: Caller) => [
  ...Object.entries(caller.orgRoles).flatMap(([orgId, roles]) => roles.map((roleName) => ({ orgId, roleName }))),
  ...Object.entries(caller.groupRoles).flatMap(([groupId, roles]) => roles.map((roleName) => ({ groupId, roleName }))),
];

export const getSystemStatus = operation<SystemRoom, unknown, { caller: Caller; build: string }>({
  id: 'getSystemStatus',
  route: 'GET ',
  inside: 'anywhere',
  roles: [],
  fails: [],
  versions: {
    '2023-01-01': {
      reply: Type.Object({
        apiKey: orNull(CallingKey),
        appName: Type.String(),
        build: Type.String(),
        links,
        throttling: Type.Boolean(),
      }),
      status: 200,
      write: ({ caller, build }, links) => ({
        appName: 'MongoDB Atlas',
        build,
        throttling: false,
        apiKey:
          caller.kind === 'apiKey'
            ? {
                id: caller.id,
                publicKey: caller.name,
                roles: rolesOf(caller),
                accessList: caller.accessList.map(addressBlock),
              }
            : null,
        links: [links.self('')],
      }),
    },
  },
  run: async ({ caller }, { build }) => ({ caller, build }),
});

export const systemOperations = [getSystemStatus];
