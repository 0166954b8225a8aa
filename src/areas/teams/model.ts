import type { GroupRole } from '../../contract/roles.ts';

export interface TeamInGroup {
  groupId: string;
  roles: GroupRole[];
}

/** Who is in it stands with the users: a team is a name and what it may do in projects. */
export interface Team {
  _id: string;
  orgId: string;
  /** Unique within its organization. */
  name: string;
  groups: TeamInGroup[];
  created: Date;
}

export const isTeamName = (name: string): boolean => /^[\p{L}\p{N}\-_.(),:&@+' ]{1,64}$/u.test(name);
