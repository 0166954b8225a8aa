/** An attempt to log in, as mongod's log tells it. */
export interface LoginAttempt {
  at: number;
  username: string;
  authSource: string;
  ipAddress?: string;
  succeeded: boolean;
  failureReason?: string;
  logLine: string;
}

/** Numbers that mongod gives to the lines that matter here; they are the same in all of its languages and texts. */
const SUCCEEDED = new Set([20_250, 5_286_306]);
const FAILED = new Set([20_249, 5_286_307]);
const WRONG_ADDRESS = 20_240;
const CONNECTED = 22_943;
const ANY = /"id":(20250|5286306|20249|5286307|20240|22943),/;

interface LogEntry {
  t: { $date: string };
  id: number;
  ctx: string;
  attr?: {
    principalName?: string;
    authenticationDatabase?: string;
    user?: string | { user: string; db: string };
    db?: string;
    remote?: string;
    client?: string;
    connectionId?: number;
    error?: string;
    reason?: string;
  };
}

/** The control plane and the members among themselves; their logins are no news to anybody. */
const isOwn = (username: string): boolean => username === '__system' || username === 'telamon';

/** `127.0.0.1:4711` and `[::1]:4711` without the port. */
const addressOf = (remote: string | undefined): string | undefined =>
  remote?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** The attempts to log in that a log tells of, oldest first. */
export async function* loginAttempts(lines: AsyncIterable<string>): AsyncGenerator<LoginAttempt> {
  // The line about a wrong address does not name it; the one about the connection does.
  const remotes = new Map<string, string>();
  // A driver that tries ahead of time fails twice on one connection, and that is one attempt.
  const failed = new Set<string>();
  for await (const logLine of lines) {
    if (!ANY.test(logLine)) continue;
    const { t, id, ctx, attr = {} }: LogEntry = JSON.parse(logLine);
    if (id === CONNECTED) {
      if (attr.remote) remotes.set(`conn${attr.connectionId}`, attr.remote);
      continue;
    }
    const user = typeof attr.user === 'object' ? attr.user : { user: attr.user ?? '', db: attr.db ?? '' };
    const username = attr.principalName || user.user;
    if (!username || isOwn(username)) continue;
    const succeeded = SUCCEEDED.has(id);
    if (!succeeded) {
      if (failed.has(`${ctx} ${username}`)) continue;
      failed.add(`${ctx} ${username}`);
    }
    yield {
      ...{ at: Date.parse(t.$date), username, succeeded, logLine },
      authSource: attr.authenticationDatabase || user.db,
      ipAddress: addressOf(attr.remote ?? attr.client ?? remotes.get(ctx)),
      failureReason: FAILED.has(id) || id === WRONG_ADDRESS ? reasonOf(id, attr.error) : undefined,
    };
  }
}

const reasonOf = (id: number, error: string | undefined): string =>
  id === WRONG_ADDRESS ? 'The address is not on the access list of the project' : (error ?? 'Authentication failed');
