import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { builtInRoles, type DatabaseUser, isAdminRole, type UserRole, type UserScope } from './model.ts';

const closed = { additionalProperties: false };
const opt = Type.Optional;
const anything = opt(Type.Unknown());
const text = Type.String({ minLength: 1, maxLength: 255 });

const Roles = Type.Array(
  Type.Object(
    { roleName: Type.Enum([...builtInRoles]), databaseName: text, collectionName: opt(Type.String()) },
    closed,
  ),
  { minItems: 1 },
);

const attributes = {
  awsIAMType: opt(Type.Enum(['NONE', 'USER', 'ROLE'])),
  ldapAuthType: opt(Type.Enum(['NONE', 'GROUP', 'USER'])),
  oidcAuthType: opt(Type.Enum(['NONE', 'IDP_GROUP', 'USER'])),
  x509Type: opt(Type.Enum(['NONE', 'CUSTOMER', 'MANAGED'])),
  deleteAfterDate: opt(Type.String({ format: 'date-time' })),
  description: opt(Type.String({ maxLength: 100 })),
  groupId: anything,
  labels: opt(Type.Array(Type.Object({ key: text, value: text }, closed))),
  links: anything,
  password: opt(Type.String({ minLength: 8, maxLength: 1_024 })),
  scopes: opt(Type.Array(Type.Object({ name: text, type: Type.Enum(['CLUSTER', 'DATA_LAKE', 'STREAM']) }, closed))),
};

export const CreateUser = Type.Object(
  {
    ...attributes,
    databaseName: Type.Enum(['admin', '$external']),
    username: Type.String({ minLength: 1, maxLength: 1_024 }),
    roles: Roles,
  },
  closed,
);
export const UpdateUser = Type.Object(
  { ...attributes, databaseName: anything, username: anything, roles: opt(Roles) },
  closed,
);

interface UserWire {
  databaseName?: string;
  username?: string;
  password?: string;
  roles?: (UserRole & { collectionName?: string })[];
  scopes?: { name: string; type: string }[];
  labels?: DatabaseUser['labels'];
  description?: string;
  deleteAfterDate?: string;
}

/** What a request wants, and in `refused` the first thing that this server cannot do. */
export interface WantedUser {
  username?: string;
  password?: string;
  change: Partial<Pick<DatabaseUser, 'roles' | 'scopes' | 'labels' | 'description' | 'deleteAfterDate'>>;
  refused?: string;
}

function firstRefused(wire: UserWire): string | undefined {
  for (const name of ['awsIAMType', 'ldapAuthType', 'oidcAuthType', 'x509Type']) {
    const value = (wire as Record<string, unknown>)[name] ?? 'NONE';
    if (value !== 'NONE') return `${name} ${value} is not available: users of this server have a password`;
  }
  if (wire.databaseName === '$external') return 'databaseName $external is not available: use admin';
  const other = wire.scopes?.find((it) => it.type !== 'CLUSTER');
  if (other) return `scopes.type ${other.type} is not available: use CLUSTER`;
  for (const role of wire.roles ?? []) {
    if (role.collectionName) return 'roles.collectionName is not available: use a role on a database';
    if (isAdminRole(role.roleName) && role.databaseName !== 'admin')
      return `roles.databaseName of ${role.roleName} must be admin`;
  }
  return undefined;
}

export function readUser(wire: UserWire): WantedUser {
  const { roles, labels, description } = wire;
  const scopes = wire.scopes as UserScope[] | undefined;
  const deleteAfterDate = wire.deleteAfterDate ? new Date(wire.deleteAfterDate) : undefined;
  const given = { roles, scopes, labels, description, deleteAfterDate };
  return {
    username: wire.username,
    password: wire.password,
    change: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    refused: firstRefused(wire),
  };
}

export const UserReply = Type.Object({
  databaseName: Type.String(),
  username: Type.String(),
  roles: Type.Array(Type.Unknown()),
});

export const writeUser = (user: DatabaseUser, links: Links) => ({
  awsIAMType: 'NONE',
  ldapAuthType: 'NONE',
  oidcAuthType: 'NONE',
  x509Type: 'NONE',
  databaseName: user.databaseName,
  groupId: user.groupId,
  username: user.username,
  roles: user.roles,
  scopes: user.scopes,
  labels: user.labels,
  description: user.description,
  deleteAfterDate: user.deleteAfterDate && wireInstant(user.deleteAfterDate),
  links: [
    links.self(`/groups/${user.groupId}/databaseUsers/${user.databaseName}/${encodeURIComponent(user.username)}`),
  ],
});
