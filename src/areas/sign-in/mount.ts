import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createAttempts } from '../../base/attempts.ts';
import { hashPassword } from '../../base/passwords.ts';
import { transact } from '../../base/state.ts';
import { formOf } from '../../kernel/oauth.ts';
import type { OrgQuestions } from '../organizations/questions.ts';
import { endSession, isOurForm, readerOf, sessionIdOf, startSession } from './browser.ts';
import { type DeviceDeps, mountDevice } from './device.ts';
import { readCode, SESSION_SECONDS, type SignInFailures } from './model.ts';
import { connectPage, homePage, loginPage, type Reader } from './pages.ts';

export interface SignInDeps extends DeviceDeps {
  state: Parameters<typeof transact>[0];
  /** Names of organizations and projects, for invitations. */
  nameOf(placeId: string): Promise<string | undefined>;
  failures: SignInFailures;
  sessionTimeouts: OrgQuestions['sessionTimeouts'];
}

interface SignedIn {
  sessionId: string;
  user: { _id: string; username: string; memberships: readonly { orgId: string }[] };
}

/** The pages on which people sign in, allow devices and accept invitations, and what `atlas auth login` asks. */
export function mountSignIn(app: FastifyInstance, deps: SignInDeps): void {
  const { store, people, clock, originOf } = deps;
  const now = () => clock.now().getTime();
  const attempts = createAttempts(now, deps.failures.each);
  const ofAll = createAttempts(now, deps.failures.ofAll);
  mountDevice(app, deps);

  function show(request: FastifyRequest, reply: FastifyReply, status: number, write: (reader: Reader) => string) {
    const nonce = randomBytes(16).toString('base64');
    const policy = `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
    const reader = readerOf(request, reply, originOf(request), nonce);
    return reply
      .code(status)
      .header('content-security-policy', policy)
      .header('cache-control', 'no-store')
      .header('vary', 'accept-language')
      .header('content-type', 'text/html; charset=utf-8')
      .send(write(reader));
  }

  const timeoutsOf = (user: SignedIn['user']) => deps.sessionTimeouts(user.memberships.map((it) => it.orgId));

  async function signedIn(request: FastifyRequest): Promise<SignedIn | undefined> {
    const sessionId = sessionIdOf(request);
    const session = sessionId && (await store.session(sessionId, clock.now()));
    const user = session && (await people.byId(session.userId));
    if (!user || !sessionId) return undefined;
    const { idleSeconds } = await timeoutsOf(user);
    const idleSince = idleSeconds === undefined ? undefined : new Date(now() - idleSeconds * 1_000);
    return (await store.useSession(sessionId, clock.now(), idleSince)) ? { sessionId, user } : undefined;
  }

  /** Signs the browser in, for as long as the person's organizations let a session last. */
  async function begin(request: FastifyRequest, reply: FastifyReply, user: SignedIn['user']): Promise<void> {
    const { absoluteSeconds: seconds = SESSION_SECONDS } = await timeoutsOf(user);
    const _id = startSession(reply, originOf(request), seconds);
    const usedAt = clock.now();
    await store.insertSession({
      _id,
      userId: user._id,
      usedAt,
      expiresAt: new Date(usedAt.getTime() + seconds * 1_000),
    });
  }

  const toLogin = (request: FastifyRequest, reply: FastifyReply) => {
    const language = (request.query as { lang?: string }).lang === 'ja' ? '&lang=ja' : '';
    return reply.redirect(`/account/login?next=${encodeURIComponent(request.url.split('?')[0]!)}${language}`);
  };

  /** A form of ours by somebody who signed in; otherwise the answer is already sent. */
  async function submitted(request: FastifyRequest, reply: FastifyReply) {
    const it = await signedIn(request);
    if (!it) return void toLogin(request, reply);
    const form = formOf(request);
    if (isOurForm(request, form, originOf(request))) return { ...it, form };
    return void show(request, reply, 403, (reader) => connectPage(reader, it.user.username, 'stale'));
  }

  app.get('/account/login', (request, reply) => {
    const { next } = request.query as { next?: unknown };
    return show(request, reply, 200, (reader) => loginPage(reader, ownPath(next)));
  });

  app.post('/account/login', async (request, reply) => {
    const form = formOf(request);
    const next = ownPath(form.get('next'));
    const again = (status: number, problem: 'wrong' | 'spent' | 'stale') =>
      show(request, reply, status, (reader) => loginPage(reader, next, problem));
    const origin = originOf(request);
    if (!isOurForm(request, form, origin)) return again(403, 'stale');
    const username = (form.get('username') ?? '').trim().toLowerCase();
    const [named, from] = [`user ${username}`, `from ${request.ip}`];
    if (!attempts.begin(`${named} ${from}`) || !ofAll.begin(named, from)) return again(429, 'spent');
    const user = await people.signIn(username, form.get('password') ?? '');
    if (!user) return again(401, 'wrong');
    attempts.forget(`${named} ${from}`);
    ofAll.forget(named);
    ofAll.succeeded(from);
    await begin(request, reply, user);
    return reply.redirect(next, 303);
  });

  app.post('/account/logout', async (request, reply) => {
    const it = await submitted(request, reply);
    if (!it) return reply;
    await store.removeSession(it.sessionId);
    endSession(reply, originOf(request));
    return reply.redirect('/account/login', 303);
  });

  app.get('/account/connect', async (request, reply) => {
    const it = await signedIn(request);
    if (!it) return toLogin(request, reply);
    return show(request, reply, 200, (reader) => connectPage(reader, it.user.username));
  });

  app.post('/account/connect', async (request, reply) => {
    const it = await submitted(request, reply);
    if (!it) return reply;
    const { user, form } = it;
    const say = (status: number, outcome: Parameters<typeof connectPage>[2]) =>
      show(request, reply, status, (reader) => connectPage(reader, user.username, outcome));
    const key = `code ${user._id}`;
    if (!attempts.begin(key)) return say(429, 'spent');
    const allowed = form.get('decision') === 'allow';
    const decided = await store.decide(readCode(form.get('code') ?? ''), { userId: user._id, allowed }, clock.now());
    if (!decided) return say(404, 'unknownCode');
    attempts.succeeded(key);
    return say(200, allowed ? 'allowed' : 'denied');
  });

  async function home(
    request: FastifyRequest,
    reply: FastifyReply,
    { user }: SignedIn,
    status = 200,
    outcome?: Parameters<typeof homePage>[1]['outcome'],
  ) {
    const waiting = await people.invitationsOf(user.username);
    const invitations = await Promise.all(
      waiting.map(async (it) => ({ id: it._id, name: (await deps.nameOf(it.placeId)) ?? it.placeId })),
    );
    return show(request, reply, status, (reader) =>
      homePage(reader, { username: user.username, invitations, outcome }),
    );
  }

  app.get('/account', async (request, reply) => {
    const it = await signedIn(request);
    return it ? home(request, reply, it) : toLogin(request, reply);
  });

  app.post<{ Params: { id: string } }>('/account/invitations/:id', async (request, reply) => {
    const it = await submitted(request, reply);
    if (!it) return reply;
    await transact(deps.state, (tx) =>
      people.acceptInvitation(it.user._id, request.params.id, { remoteAddress: request.ip }, tx),
    );
    return reply.redirect('/account', 303);
  });

  app.post('/account/password', async (request, reply) => {
    const it = await submitted(request, reply);
    if (!it) return reply;
    const key = `password ${it.user._id}`;
    if (!attempts.begin(key)) return home(request, reply, it, 429, 'spent');
    const wanted = it.form.get('new') ?? '';
    if (wanted.length < 8 || !(await people.signIn(it.user.username, it.form.get('old') ?? '')))
      return home(request, reply, it, 400, 'wrong');
    attempts.succeeded(key);
    const hash = await hashPassword(wanted);
    await transact(deps.state, (tx) => people.setPassword(it.user._id, hash, tx));
    await begin(request, reply, it.user);
    return home(request, reply, it, 200, 'changed');
  });
}

/** Where to go after signing in: a page of ours, whatever a link says. */
const ownPath = (wanted: unknown): string =>
  typeof wanted === 'string' && /^\/account(\/[a-z]+)?$/.test(wanted) ? wanted : '/account';
