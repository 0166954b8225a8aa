/** The migration cannot go on whatever is retried; the message tells the user the next step. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';
}

/** The migration was told to stop; its checkpoint is kept. */
export class MigrationStopped extends Error {
  override readonly name = 'MigrationStopped';
  constructor() {
    super('The migration was stopped. Its checkpoint is kept, so it can go on from there.');
  }
}

/** Another process goes on with this migration. Whoever hears it writes nothing more, and says nothing of its end. */
export class Superseded extends MigrationFailed {
  constructor() {
    super(
      'Another process has taken this migration over, or it was ended: this one stops and changes nothing more. Let only one process run it.',
    );
  }
}

/** The source no longer has the changes from where they were to be read on. */
export class OplogLost extends Error {
  override readonly name = 'OplogLost';
  constructor() {
    super('the oplog no longer reaches back to the last checkpoint');
  }
}

/** The oplog of the source holds what is not known here, of which a change stream knows what it means. */
export class OplogUnknown extends MigrationFailed {}

/** A command that the server answered with an error. Carries what callers decide by: the code, never the message. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly code: number;
  readonly reply: Record<string, unknown>;
  readonly command: string;
  readonly db: string;
  /** Who sent it, and where to. */
  readonly by: string;
  constructor(command: string, reply: Record<string, unknown>, { db = '', by = '' } = {}) {
    super(`${command}: ${String(reply.errmsg ?? 'failed')} (${String(reply.codeName ?? reply.code)})`);
    this.code = Number(reply.code ?? 0);
    this.reply = reply;
    this.command = command;
    this.db = db;
    this.by = by;
  }
}

/** The connection went away under a command. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export const Code = {
  hostUnreachable: 6,
  unauthorized: 13,
  authenticationFailed: 18,
  namespaceNotFound: 26,
  indexNotFound: 27,
  cursorNotFound: 43,
  namespaceExists: 48,
  commandNotFound: 59,
  immutableField: 66,
  indexOptionsConflict: 85,
  cappedPositionLost: 136,
  queryPlanKilled: 175,
  keyNotFound: 211,
  cursorKilled: 237,
  historyLost: 286,
  cannotBecomeUnique: 359,
  collectionUuidMismatch: 361,
  tooLarge: 10334,
  duplicateKey: 11000,
} as const;

/** Codes after which the same work succeeds later: elections, shutdowns, killed cursors, locks. */
const passing = new Set([
  6, 7, 24, 43, 46, 50, 64, 89, 91, 112, 117, 133, 134, 175, 189, 202, 237, 262, 290, 314, 317, 384, 9001, 10058, 10107,
  11600, 11601, 11602, 12586, 13388, 13435, 13436,
]);

const isNetwork = (error: Error): boolean =>
  error instanceof ConnectionLost ||
  /^Mongo(Network|ServerSelection|PoolCleared|NotConnected|TopologyClosed)/.test(error.name) ||
  ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(String((error as NodeJS.ErrnoException).code));

/** True when trying again from the checkpoint may well succeed without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof MigrationFailed || error instanceof MigrationStopped) return false;
  return isNetwork(error) || passing.has(Number((error as { code?: unknown }).code));
}

export const hasCode = (error: unknown, ...codes: number[]): error is CommandFailed =>
  error instanceof CommandFailed && codes.includes(error.code);

export const isLost = (error: unknown): boolean =>
  error instanceof OplogLost || hasCode(error, Code.historyLost, Code.cappedPositionLost);

/** Puts what is known to be hopeless into words that tell the next step; anything else stays as it is. */
export function explain(error: unknown): unknown {
  const code = error instanceof Error ? Number((error as { code?: unknown }).code) : 0;
  if (code === Code.unauthorized && error instanceof CommandFailed) {
    const { command, db, by } = error;
    return new MigrationFailed(
      `User not authorized to execute command: ${by} may not ${command} on the database ${db}. A source user needs the roles backup and readAnyDatabase, a destination user restore, readWriteAnyDatabase, dbAdminAnyDatabase and clusterMonitor. Grant what is missing, then start the migration again.`,
    );
  }
  if (code === Code.authenticationFailed) {
    return new MigrationFailed('The username or password is not correct. Correct the connection string.');
  }
  if (isPassing(error)) {
    return new MigrationFailed(
      `The migration has not moved for minutes: ${(error as Error).message}. See that source and destination run and reach each other, and what their logs say (a full disk stops mongod), then start the migration again.`,
    );
  }
  return error;
}
