// A kernel with a few operations that do next to nothing, and a client of it that signs by Digest.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import Type from 'typebox';
import { createApp } from '../src/kernel/app.ts';
import { digestHa1 } from '../src/kernel/digest.ts';
import { type Caller, type Directory, mount, operation } from '../src/kernel/operation.ts';

export const ORG = 'a'.repeat(24);
export const OTHER = 'b'.repeat(24);
const owner: Caller = {
  kind: 'apiKey',
  id: '1'.repeat(24),
  name: 'ownerkey',
  orgRoles: { [ORG]: ['ORG_OWNER'] },
  groupRoles: {},
  accessList: [],
};
const member: Caller = { ...owner, name: 'memberky', orgRoles: { [ORG]: ['ORG_MEMBER'] } };
const distant: Caller = { ...owner, name: 'distantk', accessList: ['10.0.0.0/8'] };
const callers: Record<string, Caller> = { ownerkey: owner, memberky: member, distantk: distant };
const revoked = new Set<string>();

const directory: Directory = {
  org: async (id) => ([ORG, OTHER].includes(id) ? { id, name: 'o', apiAccessListRequired: false } : undefined),
  group: async () => undefined,
  digestUser: async (key) => callers[key] && { ha1: digestHa1(key, 'secret'), caller: callers[key] },
  claimNonce: async () => true,
  noteUse: () => {},
  clientBySecret: async (id, secret) => (id === 'mdb_sa_id_1' && secret === 's' ? { ...owner, id } : undefined),
  clientById: async (id) => (id === 'mdb_sa_id_1' ? { ...owner, id } : undefined),
  isRevoked: async (id) => revoked.has(id),
  revoke: async (id) => void revoked.add(id),
};

const Body = Type.Object(
  { name: Type.String(), kind: Type.Optional(Type.Union([Type.Literal('A')])), n: Type.Optional(Type.Integer()) },
  { additionalProperties: false },
);
const operations = [
  operation<object, { name: string }, { name: string; date: string }>({
    id: 'make',
    route: 'POST /orgs/{orgId}/things',
    inside: 'org',
    roles: ['ORG_OWNER'],
    fails: [],
    versions: {
      '2023-01-01': {
        body: Body,
        reply: Type.Object({}),
        status: 201,
        deprecated: { by: '2024-08-05', sunset: '2027-07-01' },
        write: (it) => ({ name: it.name, date: 'old' }),
      },
      '2024-08-05': {
        body: Body,
        reply: Type.Object({ madeAt: Type.String() }),
        status: 201,
        write: (it) => ({ zeta: 1, name: it.name }),
      },
    },
    run: async ({ wanted }) => ({ name: wanted.name, date: '' }),
  }),
  operation<object, unknown, { items: number[]; total: number }>({
    id: 'list',
    route: 'GET /orgs/{orgId}/things',
    inside: 'org',
    roles: [],
    fails: [],
    list: 'page',
    query: { named: Type.String(), most: Type.Integer(), raw: Type.Boolean({ default: false }) },
    versions: { '2023-01-01': { reply: Type.Number(), status: 200 } },
    run: async ({ paging }) => ({ items: [paging.skip, paging.itemsPerPage], total: 7 }),
  }),
  operation<object, unknown, void>({
    id: 'verb',
    route: 'POST /orgs/{orgId}/things/{thing}:poke',
    inside: 'org',
    roles: [],
    fails: [],
    versions: { '2024-08-05': { status: 204 } },
    run: async ({ path }) => assert.equal(path.thing, 'x-1'),
  }),
  operation<object, unknown, string>({
    id: 'table',
    route: 'GET /orgs/{orgId}/table',
    inside: 'org',
    roles: [],
    fails: [],
    versions: {
      '2023-01-01': {
        reply: Type.Object({}),
        status: 200,
        write: (text) => ({ text }),
        as: { csv: (text) => ({ body: `a,b\n${text}\n` }) },
      },
      '2024-08-05': { status: 200, as: { gzip: (text) => ({ body: Readable.from([text]), filename: 'x.gz' }) } },
      preview: { reply: Type.Object({}), status: 200, write: () => ({ preview: true }) },
    },
    run: async () => 'raw',
  }),
  operation<object, unknown, void>({
    id: 'burst',
    route: 'GET /orgs/{orgId}/burst',
    inside: 'org',
    roles: [],
    fails: [],
    versions: { '2023-01-01': { status: 204 } },
    run: async () => {
      throw Object.assign(new Error('a secret cause'), { code: 51_091 });
    },
  }),
];

export const app = createApp({
  operations: mount(operations, {}),
  directory,
  record: async () => {},
  nonceKey: randomBytes(32),
  tokenKey: randomBytes(32),
  now: () => new Date(),
  rateLimits: false,
  sunsets: true,
  serviceVersion: 'gitHash=0; versionString=v0',
  mongoDBMajorVersion: '6.0',
  log: pino({ level: 'silent' }),
});

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');
export const DATED = 'application/vnd.atlas.2024-08-05+json';

export interface Ask {
  user?: string;
  accept?: string;
  body?: unknown;
  raw?: string;
  type?: string;
  nc?: string;
}

/** One Digest call: the challenge first, then the answer, as every client does it. */
export async function call(method: 'GET' | 'POST' | 'DELETE', url: string, ask: Ask = {}) {
  const { user = 'ownerkey', accept = DATED, nc = '00000001' } = ask;
  const nonce = /nonce="([^"]+)"/.exec(String((await app.inject({ method, url })).headers['www-authenticate']))![1]!;
  const ha2 = md5(`${method}:${url}`);
  const response = md5(`${md5(`${user}:MMS Public API:secret`)}:${nonce}:${nc}:c:auth:${ha2}`);
  const authorization = `Digest username="${user}", realm="MMS Public API", nonce="${nonce}", uri="${url}", qop=auth, nc=${nc}, cnonce="c", response="${response}", algorithm=MD5`;
  const payload = ask.raw ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
  const headers = { accept, authorization, ...(payload ? { 'content-type': ask.type ?? accept } : {}) };
  const send = () => app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  return { send, ...(await send().then((r) => ({ status: r.statusCode, headers: r.headers, text: r.body }))) };
}
export const codeOf = (answer: { text: string }) => JSON.parse(answer.text).errorCode;
export const things = `/api/atlas/v2/orgs/${ORG}/things`;
