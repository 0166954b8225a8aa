// Answers queries about one zone, over UDP and TCP. It asks nobody else and remembers nothing.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6, type Socket } from 'node:net';
import packet, { type Packet } from 'dns-packet';
import type { Logger } from 'pino';
import { answersTo, forUdp, type Names, type Query, rcode, refusal } from './zone.ts';

export interface NameServerOptions {
  zone: string;
  /** What stands in the zone now. */
  names(): Promise<Names>;
  log: Logger;
}

export interface NameServer {
  port: number;
  stop(): Promise<void>;
}

/** A caller over TCP that says nothing. */
const IDLE_MS = 10_000;

/** A query; nothing where it is noise, or an answer, which could be answered for ever. */
function queryIn(bytes: Buffer): Query | undefined {
  try {
    const query = packet.decode(bytes);
    return query.type === 'query' ? query : undefined;
  } catch {
    // Nobody waits for an answer to it.
    return undefined;
  }
}

/** The messages of a stream: each has two bytes with its length before it. */
async function* messagesOf(socket: Socket): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    held = Buffer.concat([held, chunk as Buffer]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const end = 2 + held.readUInt16BE(0);
      yield held.subarray(2, end);
      held = held.subarray(end);
    }
  }
}

/** Listens at a port, 0 for a free one. Throws what listening throws. */
export async function serveNames(
  { zone, names, log }: NameServerOptions,
  { host, port: wanted }: { host: string; port: number },
): Promise<NameServer> {
  async function answers(query: Query, way: 'udp' | 'tcp'): Promise<Packet[]> {
    try {
      return answersTo(query, zone, await names(), way);
    } catch (err) {
      log.warn({ err }, 'a name was asked for and cannot be told now');
      return [refusal(query, rcode.SERVFAIL)];
    }
  }

  const callers = new Set<Socket>();
  async function serve(socket: Socket): Promise<void> {
    callers.add(socket.setTimeout(IDLE_MS, () => socket.destroy()));
    try {
      for await (const bytes of messagesOf(socket)) {
        const query = queryIn(bytes);
        if (!query) break;
        for (const answer of await answers(query, 'tcp')) socket.write(packet.streamEncode(answer));
      }
      socket.end();
    } catch {
      // A caller that goes away asks for nothing more.
      socket.destroy();
    } finally {
      callers.delete(socket);
    }
  }
  const tcp = createServer((socket) => void serve(socket));
  tcp.listen({ host, port: wanted });
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;

  const udp = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  udp.on('message', async (bytes, from) => {
    const query = queryIn(bytes);
    if (!query) return;
    const [answer] = await answers(query, 'udp');
    // Whoever asked may be gone, and asks again where it is not.
    if (!stopped) udp.send(forUdp(answer!, query), from.port, from.address, () => {});
  });
  let stopped = false;
  try {
    udp.bind(port, host);
    await once(udp, 'listening');
  } catch (error) {
    tcp.close();
    throw error;
  }
  udp.on('error', (err) => log.error({ err }, 'names are not told over UDP'));
  return {
    port,
    async stop() {
      stopped = true;
      for (const it of callers) it.destroy();
      const closed = [once(udp, 'close'), once(tcp, 'close')];
      udp.close();
      tcp.close();
      await Promise.all(closed);
    },
  };
}
