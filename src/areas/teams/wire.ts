import Type from 'typebox';
import { groupRoles } from '../../contract/roles.ts';
import type { Links } from '../../kernel/operation.ts';
import { links as linksReply, setOf } from '../../kernel/wire.ts';
import type { Team } from './model.ts';

const closed = { additionalProperties: false };
const readOnly = { id: Type.Optional(Type.String()), links: Type.Optional(Type.Unknown()) };

export const NewTeam = Type.Object({ name: Type.String(), usernames: Type.Array(Type.String()), ...readOnly }, closed);
export const RenamedTeam = Type.Object({ name: Type.String(), ...readOnly }, closed);
export const TeamReply = Type.Object({ id: Type.String(), name: Type.String(), links: linksReply });
export const NewTeamReply = Type.Object({ ...TeamReply.properties, usernames: Type.Array(Type.String()) });

export const writeTeam = (team: Team, links: Links) => ({
  id: team._id,
  name: team.name,
  links: [links.self(`/orgs/${team.orgId}/teams/${team._id}`)],
});

const RoleNames = setOf(Type.Enum([...groupRoles]));
export const TeamRoles = Type.Object({ teamId: Type.String(), roleNames: RoleNames, ...readOnly }, closed);
export const ChangedTeamRoles = Type.Object(
  { teamId: Type.Optional(Type.String()), roleNames: RoleNames, ...readOnly },
  closed,
);
export const TeamRolesReply = Type.Object({
  teamId: Type.String(),
  roleNames: Type.Array(Type.String()),
  links: linksReply,
});

/** A team as a project sees it. */
export interface SeenTeam {
  team: Team;
  groupId: string;
}

export const writeTeamRoles = ({ team, groupId }: SeenTeam, links: Links) => ({
  teamId: team._id,
  roleNames: team.groups.find((it) => it.groupId === groupId)?.roles ?? [],
  links: [links.self(`/groups/${groupId}/teams/${team._id}`)],
});
