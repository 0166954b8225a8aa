import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to connections which go out: one of those would take the port of a member that is
 * down for a moment.
 */
const PORTS = { from: 10_240, to: 32_768 };

/** A loopback port that was free a moment ago; whoever takes it must still expect PORT_IN_USE. */
export async function freePort(avoid: ReadonlySet<number> = new Set()): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (!avoid.has(port) && (await isFree(port))) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    // Whatever keeps it from being listened on, another port is tried.
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
