// The public HTTP API as any client of Atlas calls it.
import { type ApiClient, ApiFailed, createApiClient } from '../src/base/api-client.ts';

/** One date for every call: each operation answers with its newest version that is not newer. */
export const ACCEPT = 'application/vnd.atlas.2025-02-19+json';

export interface Credentials {
  publicKey: string;
  privateKey: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are shown and compared, not typed
export type Call = (method: string, path: string, body?: unknown) => Promise<any>;

export interface Atlas {
  /** Atlas's API. */
  call: Call;
  /** Telamon's own, for what Atlas's has no place for. */
  own: Call;
  client: ApiClient;
}

/** `url` may be a proxy's; Telamon's own API is asked for directly. */
export function atlas(url: string, ownUrl: string, { publicKey, privateKey }: Credentials): Atlas {
  const credentials = { username: publicKey, password: privateKey };
  const client = createApiClient(`${url}/api/atlas/v2`, credentials);
  const own = createApiClient(`${ownUrl}/api/telamon/v1`, credentials);
  return {
    client,
    call: (method, path, body) => client.call(method, path, { body, accept: ACCEPT }),
    own: (method, path, body) => own.call(method, path, { body }),
  };
}

/** With an OAuth token, or anything that claims to be one. */
export async function withBearer(url: string, token: string, path: string): Promise<unknown> {
  const headers = { accept: ACCEPT, authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/atlas/v2${path}`, { headers });
  const body: unknown = await response.json();
  if (!response.ok) throw new ApiFailed(`GET ${path}`, response.status, body);
  return body;
}

export async function oauthToken(url: string, clientId: string, clientSecret: string): Promise<string> {
  const response = await fetch(`${url}/api/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  if (!response.ok) throw new Error(`no token: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}
