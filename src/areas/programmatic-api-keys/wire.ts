import Type from 'typebox';
import { orgRoles } from '../../contract/roles.ts';
import type { Links } from '../../kernel/operation.ts';
import { type ApiKey, masked } from './model.ts';

const Roles = Type.Array(Type.Enum([...orgRoles]), { minItems: 1 });
const Desc = Type.String({ minLength: 1, maxLength: 250 });

export const CreateApiKey = Type.Object({ desc: Desc, roles: Roles }, { additionalProperties: false });
export const UpdateApiKey = Type.Object(
  { desc: Type.Optional(Desc), roles: Type.Optional(Roles) },
  { additionalProperties: false },
);

export const ApiKeyReply = Type.Object({
  id: Type.String(),
  desc: Type.String(),
  publicKey: Type.String(),
  privateKey: Type.String(),
  roles: Type.Array(Type.Object({ orgId: Type.Optional(Type.String()), roleName: Type.String() })),
});

export const writeKey = (key: ApiKey, links: Links, privateKey = masked(key)) => ({
  id: key._id,
  desc: key.desc,
  publicKey: key.publicKey,
  privateKey,
  roles: key.roles,
  links: [links.self(`/orgs/${key.orgId}/apiKeys/${key._id}`)],
});
