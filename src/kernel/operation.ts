import type { Readable } from 'node:stream';
import type { TSchema } from 'typebox';
import type { Tx } from '../base/state.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { EventType } from '../contract/event-types.ts';
import type { RateBucket } from '../contract/rate-limits.ts';
import type { GroupRole, OrgRole, Role } from '../contract/roles.ts';
import type { Format, Version, VersionDate } from '../contract/versions.ts';
import type { Fail } from './failure.ts';

/** Who calls. Areas own the records behind it; the kernel only reads this. */
export interface Caller {
  kind: 'apiKey' | 'serviceAccount' | 'user' | 'link' | 'staff' | 'operator';
  id: string;
  /** Public key, client id or username; what events and invitations show. */
  name: string;
  orgRoles: Readonly<Record<string, readonly OrgRole[]>>;
  groupRoles: Readonly<Record<string, readonly GroupRole[]>>;
  /** CIDR blocks the caller may come from; empty means any unless its organization wants a list. */
  accessList: readonly string[];
  /** The organization a `link` caller pushes into. */
  linkOrgId?: string;
}

export interface OrgPlace {
  id: string;
  name: string;
  apiAccessListRequired: boolean;
}

export interface GroupPlace {
  id: string;
  name: string;
  orgId: string;
}

/** Where an operation happens: the kernel loads the place and holds the caller's roles against it. */
export type Inside = 'org' | 'group' | 'anywhere' | 'link' | 'staff' | 'operator';

/** Absolute links as the caller reached this server. `href('/orgs/x')` gives `http://host/api/atlas/v2/orgs/x`. */
export interface Links {
  /** Scheme, host and port by which the caller reached this server. */
  origin: string;
  href(path: string): string;
  self(path: string): { href: string; rel: 'self' };
  /** Ends in the Atlas relation name, e.g. `https://cloud.mongodb.com/groups`. */
  rel(path: string, name: string): { href: string; rel: string };
  /** True while an item is rendered inside a list, where Atlas shows only its self link. */
  inList: boolean;
}

export interface Paging {
  pageNum: number;
  itemsPerPage: number;
  includeCount: boolean;
  skip: number;
}

/** A declared query parameter; an array when its schema is one. */
export type QueryValue = string | boolean | number | readonly string[] | undefined;

/** One page of a listing. `total` counts all of it. */
export interface Page<T> {
  items: readonly T[];
  total: number;
}

/** What an event tells besides its type, place and caller; the names are Atlas's. */
export interface EventAbout {
  clusterName?: string;
  targetPublicKey?: string;
  targetUsername?: string;
  teamId?: string;
  dbUserUsername?: string;
  /** An address or block on an access list. */
  whitelistEntry?: string;
  alertId?: string;
  alertConfigId?: string;
  resourceId?: string;
  resourceType?: 'cluster' | 'group';
}

/** An event as whoever records it tells it. */
export interface NewEvent extends EventAbout {
  type: EventType;
  /** Where it happened, when that is not the place the operation is inside. */
  orgId?: string;
  groupId?: string;
}

/** An event with its place, ready to be recorded; without a caller the server did it of itself. */
export interface PlacedEvent extends NewEvent {
  orgId: string;
  caller?: Caller;
  remoteAddress?: string;
}

export interface Call<Wanted, Code extends ErrorCode = ErrorCode> {
  wanted: Wanted;
  /** Path parameters, decoded. */
  path: Readonly<Record<string, string>>;
  /** Declared query parameters, validated. */
  query: Readonly<Record<string, QueryValue>>;
  paging: Paging;
  caller: Caller;
  /** Present when the operation is inside an org or group (a group's org too). */
  org: OrgPlace;
  group: GroupPlace;
  remoteAddress: string;
  /** Records an event, in the transaction of the change that it tells of. */
  note(event: NewEvent, tx: Tx): Promise<void>;
  fail: Fail<Code>;
  /** Aborted when the caller hangs up; for long polls and streams. */
  gone: AbortSignal;
}

/** An answer that is sent as it is: logs, tables for spreadsheets. */
export interface Raw {
  body: Readable | Buffer | string;
  /** Shown to the client as the name to save it under. */
  filename?: string;
}

export interface DatedVersion<Wanted, Result> {
  /** Wire schema of the request; absent means any body is ignored. */
  body?: TSchema;
  /** A caller may leave the body out, which is like sending an empty one. */
  bodyOptional?: true;
  /** Wire schema of the answer (of one item for lists); absent means an empty answer, or none in JSON beside `as`. */
  reply?: TSchema;
  status: number;
  /** The answer is a text, and sent as it is and not in quotes, though its content type speaks of JSON. */
  verbatim?: true;
  /** Without a body it is given nothing, and says what this version wants by itself. */
  // biome-ignore lint/suspicious/noExplicitAny: the schema beside it has checked the wire value
  read?(wire: any): Wanted;
  write?(
    result: Result extends Page<infer I> ? I : Result extends readonly (infer I)[] ? I : Result,
    links: Links,
  ): unknown;
  /**
   * Formats it is offered in besides JSON (`application/vnd.atlas.2023-01-01+gzip`). On the plain surfaces the `Accept`
   * names them as `application/gzip`, `text/csv` or `text/plain`; only Telamon's own calls answer in plain text.
   */
  as?: Partial<Record<Exclude<Format, 'json'> | 'text', (result: Result) => Raw>>;
  /** The `Location` of what was made, where Atlas sends one. */
  location?(result: Result, links: Links): string;
  deprecated?: { by: VersionDate; sunset?: VersionDate };
}

export interface Operation<Deps, Wanted = unknown, Result = unknown, Code extends ErrorCode = ErrorCode> {
  /** Atlas's operationId. */
  id: string;
  /** `POST /orgs/{orgId}/...`, below the surface's prefix. Verbs keep Atlas's form: `/clusters/{clusterName}:verb`. */
  route: `${'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'} /${string}` | 'GET ';
  /** `atlas` (default): dated under /api/atlas/v2 and plain under v1.x. `telamon`: plain JSON under /api/telamon/v1. */
  surface?: 'atlas' | 'telamon';
  inside: Inside;
  /** Any one of these suffices; roles imply each other as contract/roles.ts says. Empty: any caller that is let in. */
  roles: readonly Role[];
  /** Whose tokens a call costs; by default those of the place it is inside, or the caller's own. */
  bucket?: RateBucket;
  /** Codes this operation can fail with, besides those of the kernel. */
  fails: readonly Code[];
  /** Query parameters besides envelope, pretty and paging. */
  query?: Readonly<Record<string, TSchema>>;
  /** `page`: answered as {links, results, totalCount}; `bare`: as an array. */
  list?: 'page' | 'bare';
  versions: Readonly<Partial<Record<Version, DatedVersion<Wanted, Result>>>>;
  run(call: Call<Wanted, Code>, deps: Deps): Promise<Result>;
}

/** Names the types of an operation once; the object itself is returned. */
export const operation = <Deps, Wanted, Result, Code extends ErrorCode = never>(
  it: Operation<Deps, Wanted, Result, Code>,
): Operation<Deps, Wanted, Result, Code> => it;

/** An operation with its room's dependencies already given; what the kernel mounts. */
export type Mounted = Omit<Operation<unknown>, 'run'> & { run(call: Call<never>): Promise<unknown> };

// biome-ignore lint/suspicious/noExplicitAny: operations of one room differ in what they want and give
export function mount<Deps>(operations: readonly Operation<Deps, any, any, any>[], deps: Deps): Mounted[] {
  return operations.map((it) => ({ ...it, run: (call) => it.run(call, deps) }));
}

/** What the kernel asks of the rest of the house. main/ wires it. */
export interface Directory {
  org(id: string): Promise<OrgPlace | undefined>;
  group(id: string): Promise<GroupPlace | undefined>;
  /** Digest: the caller behind a public key and its HA1 = MD5(publicKey:realm:privateKey). */
  digestUser(publicKey: string): Promise<{ ha1: string; caller: Caller } | undefined>;
  /** Digest: false when another server, or this one before its restart, has taken this nonce for itself. */
  claimNonce(nonce: string): Promise<boolean>;
  /** Counts a call through entries of the caller's access list. */
  noteUse(caller: Caller, blocks: readonly string[], address: string): void;
  /** OAuth: whether the secret is this account's, then the caller. */
  clientBySecret(clientId: string, secret: string): Promise<Caller | undefined>;
  /** The account or user that a token was given to. */
  /** `since` is when the token was given; who changed the password later gave up every token before it. */
  clientById(clientId: string, since: Date): Promise<Caller | undefined>;
  isRevoked(tokenId: string): Promise<boolean>;
  revoke(tokenId: string, expires: Date): Promise<void>;
}
