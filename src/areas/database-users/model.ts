import { saslprep } from '@mongodb-js/saslprep';
import { mongodRoles } from '../../contract/database-roles.ts';

export interface UserRole {
  roleName: string;
  databaseName: string;
  /** Narrows `read` and `readWrite` to one collection. */
  collectionName?: string;
}

export interface UserScope {
  name: string;
  type: 'CLUSTER' | 'DATA_LAKE' | 'STREAM';
}

/** The ways to log in other than by password, as Atlas names them; at most one is not NONE. */
export const authKinds = {
  awsIAMType: ['NONE', 'USER', 'ROLE'],
  ldapAuthType: ['NONE', 'GROUP', 'USER'],
  oidcAuthType: ['NONE', 'IDP_GROUP', 'USER'],
  x509Type: ['NONE', 'CUSTOMER', 'MANAGED'],
} as const;

export type AuthKind = keyof typeof authKinds;

export interface Auth {
  kind: AuthKind;
  type: string;
}

export interface DatabaseUser {
  /** `<groupId>/<databaseName>/<username>`: what makes a user one of a kind. */
  _id: string;
  groupId: string;
  databaseName: 'admin' | '$external';
  username: string;
  /** Of those that log in with one. */
  sealedPassword?: string;
  /** How the others log in. */
  auth?: Auth;
  roles: UserRole[];
  /** The clusters the user exists on; empty means every cluster of the project. */
  scopes: UserScope[];
  labels: { key: string; value: string }[];
  description?: string;
  deleteAfterDate?: Date;
}

export const MAX_DAYS = 7;

export const userId = (groupId: string, databaseName: string, username: string): string =>
  `${groupId}/${databaseName}/${username}`;

/** Names that the control plane uses for itself on every cluster. */
export const isReserved = (username: string): boolean => /^(telamon($|-)|mongodb-employee|__system$)/.test(username);

/**
 * Whether mongod will have this password, which it prepares as SCRAM wants (RFC 4013). A user that it refuses would hold
 * up all that is to come to its cluster after it, other users' ends among them.
 */
export function isPassword(text: string): boolean {
  try {
    return saslprep(text) !== '';
  } catch {
    // Characters that are prohibited or not assigned, or that run both ways, or none that count.
    return false;
  }
}

/** Where such a user must be made: people of an identity provider stand beside those with a password. */
export const homeOf = (auth: Auth | undefined): 'admin' | '$external' =>
  !auth || (auth.kind === 'oidcAuthType' && auth.type === 'IDP_GROUP') ? 'admin' : '$external';

const shapes: Readonly<Record<AuthKind, (username: string, type: string) => boolean>> = {
  awsIAMType: (it, type) => new RegExp(`^arn:aws[\\w-]*:(iam|sts)::\\d{12}:${type.toLowerCase()}/`).test(it),
  ldapAuthType: (it) => /^\w+=/.test(it),
  oidcAuthType: (it) => /^[a-f0-9]{24}\/./.test(it),
  x509Type: (it, type) => (type === 'MANAGED' ? MANAGED : /^\w+=/).test(it),
};

/** Whether the name has the shape that this way of logging in wants: an ARN, a distinguished name and so on. */
export const nameFits = (auth: Auth | undefined, username: string): boolean =>
  !auth || shapes[auth.kind](username, auth.type);

/** Users whom a mongod of this server can let in; the others are kept and shown, and can log in nowhere here. */
export const canLogIn = ({ auth }: DatabaseUser): boolean => !auth || auth.kind === 'x509Type';

/**
 * The subject of a managed user's certificate, as mongod writes it (RFC 2253) and by its parts in the order of the
 * certificate, which is the other way round. A name that is a distinguished one itself is taken as it is.
 */
export function subjectOf(username: string): { name: string; parts: Record<string, string>[] } {
  const name = username.startsWith('CN=') ? username : `CN=${username}`;
  const parts = name.split(',').map((it) => ({ [it.slice(0, it.indexOf('='))]: it.slice(it.indexOf('=') + 1) }));
  return { name, parts: parts.reverse() };
}

/** Nothing that would be written in escapes, which mongod and others do in different ways. */
const PART = '[!$-*\\-.-:?-\\[\\]-~](?:[ !$-*\\-.-:?-\\[\\]-~]*[!$-*\\-.-:?-\\[\\]-~])?';
const MANAGED = new RegExp(`^(${PART}|CN=${PART}(,(CN|OU|O|L|ST|C|DC)=${PART})*)$`);

/** A user with a managed certificate is known to mongod by the certificate's subject. */
export const nameInMongod = ({ auth, username }: Pick<DatabaseUser, 'auth' | 'username'>): string =>
  auth?.type === 'MANAGED' ? subjectOf(username).name : username;

/** What a role on a single collection may do there. */
const ON_COLLECTION: Readonly<Record<string, readonly string[]>> = {
  read: ['changeStream', 'collStats', 'dbHash', 'dbStats', 'find', 'killCursors', 'listIndexes', 'listCollections'],
  readWrite: ['insert', 'update', 'remove', 'createIndex', 'dropIndex', 'createCollection', 'dropCollection'],
};
export const canNarrow = (roleName: string): boolean => Object.hasOwn(ON_COLLECTION, roleName);

const collectionRole = ({ roleName, databaseName, collectionName }: UserRole): string =>
  `telamon-${roleName}@${databaseName}.${collectionName}`;

/** The user's roles as mongod has them. */
export const rolesInMongod = (roles: readonly UserRole[]): { role: string; db: string }[] =>
  roles.flatMap((it) =>
    it.collectionName ? [{ role: collectionRole(it), db: 'admin' }] : mongodRoles(it.roleName, it.databaseName),
  );

/** The roles that must be made for those that stand on a single collection. */
export function collectionRoles(roles: readonly UserRole[]) {
  const narrow = roles.filter((it) => it.collectionName);
  const byName = new Map(narrow.map((it) => [collectionRole(it), it]));
  return [...byName].map(([role, { roleName, databaseName, collectionName }]) => ({
    role,
    privileges: [
      {
        resource: { db: databaseName, collection: collectionName },
        actions: [...ON_COLLECTION.read!, ...(roleName === 'readWrite' ? ON_COLLECTION.readWrite! : [])],
      },
    ],
    roles: [],
  }));
}

export const appliesTo = (user: Pick<DatabaseUser, 'scopes'>, clusterName: string): boolean =>
  !user.scopes.length || user.scopes.some((it) => it.type === 'CLUSTER' && it.name === clusterName);

/** The first role that is named twice, as `role@database`. */
export function duplicateRole(roles: readonly UserRole[]): string | undefined {
  const seen = new Set<string>();
  for (const { roleName, databaseName, collectionName } of roles) {
    const name = `${roleName}@${databaseName}${collectionName ? `.${collectionName}` : ''}`;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
