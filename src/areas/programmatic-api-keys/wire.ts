import Type from 'typebox';
import { groupRoles, orgRoles } from '../../contract/roles.ts';
import type { Links } from '../../kernel/operation.ts';
import { links, roleName, setOf, sometimes } from '../../kernel/wire.ts';
import { type ApiKey, masked } from './model.ts';

const Roles = setOf(roleName(orgRoles), { minItems: 1 });
const Desc = Type.String({ minLength: 1, maxLength: 250 });

export const CreateApiKey = Type.Object({ desc: Desc, roles: Roles }, { additionalProperties: false });
export const UpdateApiKey = Type.Object(
  { desc: Type.Optional(Desc), roles: Type.Optional(Roles) },
  { additionalProperties: false },
);

const GroupRoles = setOf(roleName(groupRoles), { minItems: 1 });
export const CreateGroupApiKey = Type.Object({ desc: Desc, roles: GroupRoles }, { additionalProperties: false });
export const UpdateGroupApiKey = Type.Object(
  { desc: Type.Optional(Desc), roles: Type.Optional(GroupRoles) },
  { additionalProperties: false },
);
/** Some clients also name the key, which the path has named. */
export const GroupKeyRoles = Type.Object(
  { roles: GroupRoles, userId: Type.Optional(Type.String()) },
  { additionalProperties: false },
);

export const ApiKeyReply = Type.Object({
  id: Type.String(),
  desc: Type.String(),
  publicKey: Type.String(),
  privateKey: Type.String(),
  roles: Type.Array(Type.Object({ roleName: Type.String(), ...sometimes(Type.String(), 'orgId', 'groupId') })),
  links,
});

export const writeKey = (key: ApiKey, links: Links, privateKey = masked(key)) => ({
  id: key._id,
  desc: key.desc,
  publicKey: key.publicKey,
  privateKey,
  roles: key.roles,
  links: [links.self(`/orgs/${key.orgId}/apiKeys/${key._id}`)],
});
