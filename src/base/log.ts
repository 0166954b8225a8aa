import { type Logger, pino } from 'pino';

/** Logs go to stderr, so that stdout carries only what was asked for. Secrets never reach a log call; this is a net. */
export const createLog = (level: string): Logger =>
  pino(
    { level, redact: ['*.password', '*.privateKey', '*.secret', 'req.headers.authorization'] },
    pino.destination({ dest: 2, sync: false }),
  );
