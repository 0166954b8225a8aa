import Type from 'typebox';
import { sometimes } from '../../kernel/wire.ts';
import { actions } from './actions.ts';
import type { CustomRole, InheritedRole, Resource, RoleAction } from './model.ts';

const closed = { additionalProperties: false };
const opt = Type.Optional;
const nullable = (schema: Parameters<typeof Type.Union>[0][number]) => opt(Type.Union([schema, Type.Null()]));

const attributes = {
  actions: nullable(
    Type.Array(
      Type.Object(
        {
          action: Type.Enum([...actions]),
          resources: nullable(
            Type.Array(
              Type.Object(
                {
                  cluster: nullable(Type.Boolean()),
                  collection: nullable(Type.String({ maxLength: 255 })),
                  db: nullable(Type.String({ maxLength: 64 })),
                },
                closed,
              ),
            ),
          ),
        },
        closed,
      ),
    ),
  ),
  inheritedRoles: nullable(
    Type.Array(Type.Object({ db: Type.String({ minLength: 1, maxLength: 64 }), role: Type.String() }, closed)),
  ),
};

export const CreateRole = Type.Object(
  { ...attributes, roleName: Type.String({ minLength: 1, maxLength: 255 }) },
  closed,
);
/** A role keeps its name; clients that send back what they read include it. */
export const UpdateRole = Type.Object({ ...attributes, roleName: opt(Type.Unknown()) }, closed);

interface ResourceWire {
  cluster?: boolean | null;
  collection?: string | null;
  db?: string | null;
}

interface RoleWire {
  roleName?: string;
  actions?: { action: string; resources?: ResourceWire[] | null }[] | null;
  inheritedRoles?: InheritedRole[] | null;
}

export interface WantedRole {
  roleName?: string;
  actions?: RoleAction[];
  inheritedRoles?: InheritedRole[];
}

/** Clients always send all three attributes; those that do not matter are false or empty. */
function readResource({ cluster, db, collection }: ResourceWire): Resource {
  if (cluster) return { cluster: true };
  return { ...(db ? { db } : {}), ...(collection ? { collection } : {}) };
}

export function readRole(wire: RoleWire): WantedRole {
  return {
    roleName: wire.roleName,
    actions: wire.actions?.map(({ action, resources }) => ({ action, resources: (resources ?? []).map(readResource) })),
    inheritedRoles: wire.inheritedRoles ?? undefined,
  };
}

export const RoleReply = Type.Object({
  roleName: Type.String(),
  actions: Type.Array(
    Type.Object({
      action: Type.String(),
      resources: Type.Array(
        Type.Object({ cluster: Type.Optional(Type.Boolean()), ...sometimes(Type.String(), 'collection', 'db') }),
      ),
    }),
  ),
  inheritedRoles: Type.Array(Type.Object({ db: Type.String(), role: Type.String() })),
});

const byName = (a: InheritedRole, b: InheritedRole) => (`${a.role}@${a.db}` < `${b.role}@${b.db}` ? -1 : 1);

export const writeRole = ({ roleName, actions, inheritedRoles }: CustomRole) => ({
  roleName,
  actions,
  inheritedRoles: [...inheritedRoles].sort(byName),
});
