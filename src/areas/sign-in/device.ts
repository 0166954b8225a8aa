import type { FastifyInstance, FastifyReply } from 'fastify';
import { jwtVerify, SignJWT } from 'jose';
import { createAttempts } from '../../base/attempts.ts';
import type { Clock } from '../../base/clock.ts';
import { newSecret } from '../../base/ids.ts';
import { fingerprint } from '../../base/secrets.ts';
import { fail } from '../../kernel/failure.ts';
import { formOf } from '../../kernel/oauth.ts';
import type { Tokens } from '../../kernel/tokens.ts';
import type { UserQuestions } from '../users/questions.ts';
import { DEVICE_CODE_SECONDS, newUserCode, POLL_SECONDS, REFRESH_DAYS, shownCode } from './model.ts';
import type { SignInStore } from './store.ts';

export interface DeviceDeps {
  store: SignInStore;
  people: UserQuestions;
  tokens: Tokens;
  /** Signs id tokens; not the key of access tokens, so that the one is never taken for the other. */
  idTokenKey: Buffer;
  revoke(tokenId: string, expires: Date): Promise<void>;
  originOf(request: { protocol: string; host: string }): string;
  clock: Clock;
}

const BASE = '/api/private/unauth/account/device';
/** Devices that may ask from one address in a quarter of an hour; each leaves a code that is kept for a while. */
const DEVICES = 50;
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** What `atlas auth login`, `logout` and every later command of a person's profile ask; errors have Atlas's shape. */
export function mountDevice(app: FastifyInstance, deps: DeviceDeps): void {
  const { store, people, tokens, clock } = deps;
  const required = (form: URLSearchParams, name: string): string => {
    const value = form.get(name);
    if (!value) throw fail('MISSING_ATTRIBUTE', name);
    return value;
  };
  const secret = (reply: FastifyReply) => reply.header('cache-control', 'no-store');

  const asked = createAttempts(() => clock.now().getTime(), DEVICES);

  app.post(`${BASE}/authorize`, async (request, reply) => {
    if (!asked.begin(request.ip)) throw fail('RATE_LIMITED', `${BASE}/authorize`, DEVICES, 15);
    const form = formOf(request);
    const clientId = required(form, 'client_id');
    const scope = form.get('scope') ?? '';
    // Anybody may ask, and what was asked is kept.
    if (clientId.length > 200) throw fail('INVALID_ATTRIBUTE', 'client_id');
    if (scope.length > 1_000) throw fail('INVALID_ATTRIBUTE', 'scope');
    const [deviceCode, userCode] = [newSecret(32), newUserCode()];
    await store.insertGrant({
      _id: fingerprint(deviceCode),
      ...{ userCode, clientId, scope },
      expiresAt: new Date(clock.now().getTime() + DEVICE_CODE_SECONDS * 1_000),
    });
    return secret(reply).send({
      device_code: deviceCode,
      user_code: shownCode(userCode),
      verification_uri: `${deps.originOf(request)}/account/connect`,
      expires_in: DEVICE_CODE_SECONDS,
      interval: POLL_SECONDS,
    });
  });

  async function issue(userId: string, clientId: string, scope: string, refreshToken: string) {
    const user = await people.byId(userId);
    if (!user) throw fail('INVALID_REFRESH_TOKEN');
    return {
      access_token: await tokens.issue(userId, user.username),
      refresh_token: refreshToken,
      id_token: await idToken(deps, user, clientId),
      expires_in: tokens.lifeSeconds,
      scope,
      token_type: 'Bearer',
    };
  }

  async function byDeviceCode(form: URLSearchParams) {
    const clientId = required(form, 'client_id');
    const id = fingerprint(required(form, 'device_code'));
    const grant = await store.grant(id);
    if (grant?.clientId !== clientId || grant.expiresAt <= clock.now() || grant.decision?.allowed === false)
      throw fail('DEVICE_AUTHORIZATION_EXPIRED');
    if (!grant.decision) throw fail('DEVICE_AUTHORIZATION_PENDING');
    // Two polls at once get one token between them.
    if (!(await store.takeGrant(id))) throw fail('DEVICE_AUTHORIZATION_EXPIRED');
    const { userId } = grant.decision;
    const refreshToken = newSecret(32);
    const expiresAt = new Date(clock.now().getTime() + REFRESH_DAYS * 86_400_000);
    await store.insertToken({ _id: fingerprint(refreshToken), userId, clientId, scope: grant.scope, expiresAt });
    return issue(userId, clientId, grant.scope, refreshToken);
  }

  async function byRefreshToken(form: URLSearchParams) {
    const refreshToken = required(form, 'refresh_token');
    const known = await store.token(fingerprint(refreshToken), clock.now());
    if (known?.clientId !== required(form, 'client_id')) throw fail('INVALID_REFRESH_TOKEN');
    return issue(known.userId, known.clientId, known.scope, refreshToken);
  }

  app.post(`${BASE}/token`, async (request, reply) => {
    const form = formOf(request);
    const grant = required(form, 'grant_type');
    if (grant === DEVICE_GRANT) return secret(reply).send(await byDeviceCode(form));
    if (grant === 'refresh_token') return secret(reply).send(await byRefreshToken(form));
    throw fail('INVALID_ATTRIBUTE', 'grant_type');
  });

  /** What is no token of ours is no mistake: whoever asks wants it to be worth nothing, and it is. */
  app.post(`${BASE}/revoke`, async (request, reply) => {
    const token = required(formOf(request), 'token');
    const access = await tokens.read(token);
    if (access) await deps.revoke(access.tokenId, access.expires);
    else await store.removeToken(fingerprint(token));
    return reply.code(200).send({});
  });

  app.get(`${BASE}/registration`, (request, reply) =>
    reply.send({ registrationUrl: `${deps.originOf(request)}/account` }),
  );
}

const ID_ISSUER = 'telamon sign-in';

function idToken(
  { idTokenKey, tokens, clock }: DeviceDeps,
  user: { _id: string; username: string; firstName: string; lastName: string },
  clientId: string,
): Promise<string> {
  const at = Math.floor(clock.now().getTime() / 1_000);
  const { username: email, firstName, lastName } = user;
  const about = { email, firstName, lastName, name: `${firstName} ${lastName}`, preferred_username: email };
  return new SignJWT({ ...about, uid: user._id })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ID_ISSUER)
    .setSubject(email)
    .setAudience(clientId)
    .setIssuedAt(at)
    .setExpirationTime(at + tokens.lifeSeconds)
    .sign(idTokenKey);
}

/** For tests: whether an id token is one of ours. */
export const readIdToken = async (token: string, key: Buffer, now: Date) =>
  (await jwtVerify(token, key, { issuer: ID_ISSUER, algorithms: ['HS256'], currentDate: now })).payload;
