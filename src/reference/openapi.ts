import { type ErrorCode, errorCodes, publicCode } from '../contract/errors.ts';
import type { Mounted } from '../kernel/operation.ts';
import { byTag, type Described, type DescribedVersion, describe, type Parameter } from './describe.ts';
import type { Language } from './text.ts';

type Json = Record<string, unknown>;

/** What several operations say alike is said once, among the components. */
interface Shared {
  /** A schema, where it is long enough to be worth a name. */
  schema(value: object, name: string): object;
  response(value: Json, name: string): object;
}

function createShared(): Shared & { schemas: Json; responses: Json } {
  const [schemas, responses, known]: [Json, Json, Map<string, string>] = [{}, {}, new Map()];
  const put = (kind: 'schemas' | 'responses', into: Json, value: object, wanted: string) => {
    const text = JSON.stringify(value);
    let name = known.get(kind + text);
    if (!name) {
      name = wanted;
      for (let n = 2; name in into; n++) name = `${wanted}_${n}`;
      known.set(kind + text, name);
      into[name] = value;
    }
    return ref(kind, name);
  };
  return {
    ...{ schemas, responses },
    schema: (value, name) => (JSON.stringify(value).length < 120 ? value : put('schemas', schemas, value, name)),
    response: (value, name) => put('responses', responses, value, name),
  };
}

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** Beside the status, for clients that asked for `envelope`. */
const inEnvelope = (content: object) => ({
  type: 'object',
  required: ['content', 'status'],
  properties: { content, status: { type: 'integer' } },
});

const JUST_STATUS = { type: 'object', required: ['status'], properties: { status: { type: 'integer' } } };

/** The body of a success as it is sent, without and with `envelope`. */
function answerSchema(
  { id, list }: Mounted,
  { reply: told, date }: DescribedVersion,
  shared: Shared,
): object | undefined {
  const reply = told && shared.schema(told, `${id}.answer.${date}`);
  if (list === 'page')
    return {
      type: 'object',
      required: ['links', 'results'],
      properties: {
        links: ref('schemas', 'Links'),
        results: { type: 'array', items: reply ?? {} },
        totalCount: { type: 'integer', minimum: 0 },
        status: { type: 'integer' },
      },
      additionalProperties: false,
    };
  if (!reply) return undefined;
  const plain = list === 'bare' ? { type: 'array', items: reply } : reply;
  return { anyOf: [plain, inEnvelope(plain)] };
}

/** Every status of a success with its content: an enveloped answer is always a 200. */
function successes({ operation, versions }: Described, shared: Shared): Json {
  const out: Record<string, { description: string; headers: Json; content?: Json }> = {};
  const headers = {
    ...(operation.surface === 'telamon'
      ? {}
      : {
          'RateLimit-Limit': ref('headers', 'RateLimitLimit'),
          'RateLimit-Remaining': ref('headers', 'RateLimitRemaining'),
        }),
    ...(versions.some((it) => it.deprecated)
      ? { Deprecation: ref('headers', 'Deprecation'), Sunset: ref('headers', 'Sunset') }
      : {}),
    ...(versions.some((it) => it.location) ? { Location: ref('headers', 'Location') } : {}),
  };
  const add = (status: number, description: string, mediaType?: string, media?: object) => {
    out[status] ??= { description, headers };
    if (mediaType) out[status].content = { ...out[status].content, [mediaType]: media };
  };
  for (const version of versions) {
    const { status, mediaType, deprecated, date, inJson, raw } = version;
    const marks = {
      'x-telamon-version': date,
      ...(deprecated ? { 'x-telamon-deprecated': deprecated.by, 'x-telamon-sunset': deprecated.sunset } : {}),
    };
    for (const type of raw) add(status, 'Done.', type, { schema: { type: 'string' }, ...marks });
    if (!inJson) continue;
    const schema = answerSchema(operation, version, shared);
    if (schema) add(status, 'Done.', mediaType, { schema, ...marks });
    else add(status, 'Done; the answer is empty.');
    if (status !== 200) add(200, 'Done, in an envelope.', mediaType, { schema: schema ?? JUST_STATUS, ...marks });
  }
  return out;
}

function refusal(status: number, codes: readonly ErrorCode[]): Json {
  const detail = codes.map((code) => `- \`${publicCode(code)}\`: ${errorCodes[code][1].replaceAll('%s', '…')}`);
  const named = { properties: { errorCode: { enum: [...new Set(codes.map(publicCode))].sort() } } };
  const body = { allOf: [ref('schemas', 'ApiError'), named] };
  return {
    description: detail.join('\n'),
    headers: {
      ...(status === 401 ? { 'WWW-Authenticate': ref('headers', 'WWWAuthenticate') } : {}),
      ...(status === 429 ? { 'Retry-After': ref('headers', 'RetryAfter') } : {}),
      'X-Error-Code': ref('headers', 'XErrorCode'),
    },
    content: { 'application/json': { schema: { anyOf: [body, inEnvelope(body)] } } },
  };
}

const SECURITY = {
  apiKey: [{ DigestAuth: [] }, { ServiceAccounts: [] }],
  digestOnly: [{ DigestAuth: [] }],
};

function requestBody({ id, versions }: Described, shared: Shared): Json | undefined {
  const content = versions.flatMap(({ body, mediaType, date }) =>
    body ? [[mediaType, { schema: shared.schema(body, `${id}.body.${date}`) }] as const] : [],
  );
  const required = !versions.some(({ bodyOptional }) => bodyOptional);
  return content.length ? { required, content: Object.fromEntries(content) } : undefined;
}

const parameter = ({ name, in: where, schema, about }: Parameter, language: Language): Json => ({
  name,
  in: where,
  ...(where === 'path' ? { required: true } : {}),
  ...(about[language] ? { description: about[language] } : {}),
  schema,
});

function operationObject(it: Described, language: Language, shared: Shared): Json {
  const { operation, text, tag, versions, alsoOn } = it;
  const [summary, description] = text[language];
  const body = requestBody(it, shared);
  const wholly = versions.every(({ deprecated }) => deprecated);
  const { inside, roles } = operation;
  return {
    operationId: it.id,
    tags: [tag[language]],
    summary,
    ...(description ? { description } : {}),
    ...(wholly ? { deprecated: true } : {}),
    parameters: it.parameters.map((one) => parameter(one, language)),
    ...(body ? { requestBody: body } : {}),
    responses: {
      ...successes(it, shared),
      ...Object.fromEntries(
        it.errors.map(([status, codes]) => [status, shared.response(refusal(status, codes), `Refusal${status}`)]),
      ),
    },
    security: inside === 'link' || inside === 'staff' || inside === 'operator' ? SECURITY.digestOnly : SECURITY.apiKey,
    'x-telamon-inside': inside,
    'x-telamon-roles': roles,
    ...(alsoOn.length ? { 'x-telamon-also-on': alsoOn.map((name) => `/api/atlas/${name}`) } : {}),
  };
}

const header = (description: string, schema: object) => ({ description, schema });
const HEADERS = {
  Deprecation: header('Since when there is a newer version.', { type: 'string' }),
  Location: header('Where what was made is found.', { type: 'string' }),
  RateLimitLimit: header('Tokens that the bucket holds.', { type: 'integer' }),
  RateLimitRemaining: header('Tokens that are left.', { type: 'integer' }),
  RetryAfter: header('Seconds until there is a token again.', { type: 'integer' }),
  Sunset: header('When this version will be gone.', { type: 'string' }),
  WWWAuthenticate: header('How to sign in with Digest.', { type: 'string' }),
  XErrorCode: header('The same as `errorCode` in the body.', { type: 'string' }),
};

const SCHEMAS = {
  ApiError: {
    type: 'object',
    required: ['detail', 'error', 'errorCode', 'reason'],
    properties: {
      detail: { type: 'string', description: 'What is wrong, in a sentence.' },
      error: { type: 'integer', description: 'The status.' },
      errorCode: { type: 'string', description: 'What is wrong, for programs.' },
      parameters: {
        type: ['array', 'null'],
        items: { type: ['string', 'number'] },
        description: 'What `detail` names.',
      },
      reason: { type: 'string', description: "The status's phrase." },
    },
  },
  Links: {
    type: 'array',
    items: {
      type: 'object',
      required: ['href', 'rel'],
      properties: { href: { type: 'string' }, rel: { type: 'string' } },
      additionalProperties: false,
    },
  },
};

const ABOUT: Record<Language, string> = {
  en: 'What this server answers. Each operation is dated by its media type and answers with its newest version that is not newer than the date asked for.',
  ja: 'このサーバーの応答。各オペレーションはメディアタイプで日付が付き、求められた日付より新しくない最新のバージョンで答える。',
};

/** The OpenAPI 3.1 document of what is mounted, from the same objects and schemas that answer. */
export function openapi(operations: readonly Mounted[], opts: { origin: string; version: string; language: Language }) {
  const { origin, version, language } = opts;
  const described = operations.map(describe);
  const shared = createShared();
  const paths: Record<string, Json> = {};
  for (const it of described)
    paths[it.path] = { ...paths[it.path], [it.method.toLowerCase()]: operationObject(it, language, shared) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Telamon',
      version,
      description: ABOUT[language],
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: origin }],
    tags: byTag(described).map(([tag]) => ({ name: tag[language] })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { ...SCHEMAS, ...shared.schemas },
      responses: shared.responses,
      headers: HEADERS,
      securitySchemes: {
        DigestAuth: { type: 'http', scheme: 'digest' },
        ServiceAccounts: {
          type: 'oauth2',
          flows: { clientCredentials: { tokenUrl: `${origin}/api/oauth/token`, scopes: {} } },
        },
      },
    },
  };
}
