import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import { type Assignment, groupRoles, orgRoles } from '../../contract/roles.ts';
import { setOf } from '../../kernel/wire.ts';
import { type AccountSecret, SECRET_HOURS, type ServiceAccount } from './model.ts';

const SIGNS = "^[\\p{L}\\p{N}\\-_.,' ]*$";
const Name = Type.String({ minLength: 1, maxLength: 64, pattern: SIGNS });
const Description = Type.String({ minLength: 1, maxLength: 250, pattern: SIGNS });
const Hours = Type.Integer(SECRET_HOURS);
const orNull = <T extends Type.TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

export const NewAccountWire = Type.Object(
  {
    name: Name,
    description: Description,
    roles: setOf(Type.Enum([...orgRoles]), { minItems: 1 }),
    secretExpiresAfterHours: Hours,
  },
  { additionalProperties: false },
);

export const UpdateAccountWire = Type.Object(
  { name: orNull(Name), description: orNull(Description), roles: orNull(setOf(Type.Enum([...orgRoles]))) },
  { additionalProperties: false },
);

const GroupRoles = setOf(Type.Enum([...groupRoles]), { minItems: 1 });
export const GroupRolesWire = Type.Object({ roles: GroupRoles }, { additionalProperties: false });
export const NewGroupAccountWire = Type.Object(
  { name: Name, description: Description, roles: GroupRoles, secretExpiresAfterHours: Hours },
  { additionalProperties: false },
);
export const UpdateGroupAccountWire = Type.Object(
  { name: orNull(Name), description: orNull(Description), roles: orNull(GroupRoles) },
  { additionalProperties: false },
);
export const GroupsReply = Type.Object({ groupId: Type.String(), roles: Type.Array(Type.String()) });

export const NewSecretWire = Type.Object({ secretExpiresAfterHours: Hours }, { additionalProperties: false });

export const SecretReply = Type.Object({
  id: Type.String(),
  createdAt: Type.String(),
  expiresAt: Type.String(),
  lastUsedAt: Type.Optional(Type.String()),
  maskedSecretValue: Type.Optional(Type.String()),
  secret: Type.Optional(Type.String()),
});

export const AccountReply = Type.Object({
  clientId: Type.String(),
  name: Type.String(),
  description: Type.String(),
  roles: Type.Array(Type.String()),
  createdAt: Type.String(),
  secrets: Type.Array(SecretReply),
});

/** `clear` is given once, in the answer to the creation; from then on only the mask is shown. */
export const writeSecret = (secret: AccountSecret, clear?: string) => ({
  id: secret.id,
  createdAt: wireInstant(secret.createdAt),
  expiresAt: wireInstant(secret.expiresAt),
  lastUsedAt: secret.lastUsedAt && wireInstant(secret.lastUsedAt),
  ...(clear === undefined ? { maskedSecretValue: secret.masked } : { secret: clear }),
});

const write = (account: ServiceAccount, roles: readonly Assignment[], clear?: string) => ({
  clientId: account._id,
  name: account.name,
  description: account.description,
  roles: roles.map((it) => it.roleName),
  createdAt: wireInstant(account.createdAt),
  secrets: account.secrets.map((it) => writeSecret(it, clear)),
});

export const writeAccount = (account: ServiceAccount, clear?: string) =>
  write(
    account,
    account.roles.filter((it) => it.orgId === account.orgId),
    clear,
  );

/** An account as a project sees it: with what it may do there. */
export const writeGroupAccount = (account: ServiceAccount, groupId: string, clear?: string) =>
  write(
    account,
    account.roles.filter((it) => it.groupId === groupId),
    clear,
  );
