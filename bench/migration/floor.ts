/** What TLS alone costs the process in the middle, taking the bytes and sending them on: that part is no work of the engine. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import type { Certificates } from './deployments.ts';

const run = promisify(execFile);
const BYTES = 500e6;

/** CPU seconds per GB of a bare pump. */
export async function tlsFloor({ server, ca }: Certificates): Promise<number> {
  const pem = readFileSync(server);
  const slice = Buffer.alloc(1 << 20, 'telamon ');
  const give = async (socket: TLSSocket) => {
    for (let sent = 0; sent < BYTES; sent += slice.length) {
      await new Promise<void>((done) => socket.write(slice, () => done()));
    }
  };
  const other = createServer({ key: pem, cert: pem }, (socket) => {
    // The pump ends as soon as it has what it wants.
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      if (data.length === 4) void give(socket);
    });
  });
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  const { port } = other.address() as { port: number };
  try {
    const pump = new URL('pump.mjs', import.meta.url).pathname;
    const { stdout } = await run(process.execPath, [pump, String(port), ca, String(BYTES)]);
    return Number(stdout) / (BYTES / 1e9);
  } finally {
    other.close();
  }
}
