import Type, { type TSchema } from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { links as linksReply, sometimes } from '../../kernel/wire.ts';
import { type Auth, type AuthKind, authKinds, type DatabaseUser, type UserRole, type UserScope } from './model.ts';

const closed = { additionalProperties: false };
const opt = Type.Optional;
const anything = opt(Type.Unknown());
const nullable = (schema: TSchema) => opt(Type.Union([schema, Type.Null()]));
const text = Type.String({ minLength: 1, maxLength: 255 });

const Roles = Type.Array(
  Type.Object(
    { roleName: text, databaseName: Type.String({ maxLength: 64 }), collectionName: nullable(Type.String()) },
    closed,
  ),
);

const attributes = {
  awsIAMType: nullable(Type.Enum([...authKinds.awsIAMType])),
  ldapAuthType: nullable(Type.Enum([...authKinds.ldapAuthType])),
  oidcAuthType: nullable(Type.Enum([...authKinds.oidcAuthType])),
  x509Type: nullable(Type.Enum([...authKinds.x509Type])),
  deleteAfterDate: nullable(Type.String({ format: 'date-time' })),
  description: nullable(Type.String({ maxLength: 100 })),
  groupId: anything,
  labels: nullable(Type.Array(Type.Object({ key: text, value: text }, closed))),
  links: anything,
  password: nullable(Type.String({ minLength: 8, maxLength: 1_024 })),
  scopes: nullable(
    Type.Array(Type.Object({ name: text, type: Type.Enum(['CLUSTER', 'DATA_LAKE', 'STREAM']) }, closed)),
  ),
};

const database = Type.Enum(['admin', '$external']);

export const CreateUser = Type.Object(
  {
    ...attributes,
    databaseName: opt(database),
    username: Type.String({ minLength: 1, maxLength: 1_024 }),
    roles: Roles,
  },
  closed,
);
export const UpdateUser = Type.Object(
  { ...attributes, databaseName: nullable(database), username: nullable(Type.String()), roles: nullable(Roles) },
  closed,
);

type Nullable<T> = { [K in keyof T]?: T[K] | null };
type UserWire = Nullable<
  Record<AuthKind, string> & {
    databaseName: 'admin' | '$external';
    username: string;
    password: string;
    roles: (Omit<UserRole, 'collectionName'> & { collectionName?: string | null })[];
    scopes: UserScope[];
    labels: DatabaseUser['labels'];
    description: string;
    deleteAfterDate: string;
  }
>;

/** What a request says of a user; what it does not say is absent. */
export interface WantedUser {
  databaseName?: 'admin' | '$external';
  username?: string;
  password?: string;
  /** The ways to log in that it names, other than NONE. */
  auths: Auth[];
  change: Partial<Pick<DatabaseUser, 'roles' | 'scopes' | 'labels' | 'description' | 'deleteAfterDate'>>;
}

const readRole = ({ roleName, databaseName, collectionName }: NonNullable<UserWire['roles']>[number]): UserRole => ({
  roleName,
  databaseName,
  ...(collectionName ? { collectionName } : {}),
});

export function readUser(wire: UserWire): WantedUser {
  const given = {
    roles: wire.roles?.map(readRole),
    scopes: wire.scopes ?? undefined,
    labels: wire.labels ?? undefined,
    description: wire.description ?? undefined,
    deleteAfterDate: wire.deleteAfterDate ? new Date(wire.deleteAfterDate) : undefined,
  };
  return {
    databaseName: wire.databaseName ?? undefined,
    username: wire.username ?? undefined,
    password: wire.password ?? undefined,
    auths: (Object.keys(authKinds) as AuthKind[])
      .map((kind) => ({ kind, type: wire[kind] ?? 'NONE' }))
      .filter((it) => it.type !== 'NONE'),
    change: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

export const UserReply = Type.Object({
  databaseName: Type.String(),
  groupId: Type.String(),
  username: Type.String(),
  roles: Type.Array(
    Type.Object({
      databaseName: Type.String(),
      roleName: Type.String(),
      collectionName: Type.Optional(Type.String()),
    }),
  ),
  scopes: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
  labels: Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: Type.String() }))),
  ...sometimes(Type.String(), ...Object.keys(authKinds), 'deleteAfterDate', 'description'),
  links: linksReply,
});

export const writeUser = (user: DatabaseUser, links: Links) => ({
  ...Object.fromEntries(
    Object.keys(authKinds).map((kind) => [kind, user.auth?.kind === kind ? user.auth.type : 'NONE']),
  ),
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
