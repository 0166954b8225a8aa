// Answers queries about one zone, over UDP and TCP. It asks nobody else and remembers nothing.
import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIPv6, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
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

/** A caller over TCP that says nothing, or does not take what it asked for. */
const IDLE_MS = 10_000;
/** Strangers may ask: what they hold at a time must not grow with them. */
const [MOST_CONNECTIONS, MOST_DATAGRAMS] = [256, 1_000];
/** Bytes: far more than a name and what may come with it. One that is longer costs more than its answer is worth. */
const LONGEST_QUERY = 4_096;

/** A query; nothing where it is noise, or an answer, which could be answered for ever. */
function queryIn(bytes: Buffer): Query | undefined {
  if (bytes.length > LONGEST_QUERY) return undefined;
  try {
    const query = packet.decode(bytes);
    return query.type === 'query' ? query : undefined;
  } catch {
    // Nobody waits for an answer to it.
    return undefined;
  }
}

/** The messages of a stream: each has two bytes with its length before it. */
async function* messagesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk]);
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
  let reading: Promise<Names> | undefined;
  /** Once for all who ask at the same time. */
  const read = (): Promise<Names> =>
    (reading ??= names()
      .catch((err) => {
        log.warn({ err }, 'names are asked for and cannot be told now');
        throw err;
      })
      .finally(() => {
        reading = undefined;
      }));

  async function answers(query: Query, way: 'udp' | 'tcp'): Promise<Packet[]> {
    let found: Names;
    try {
      found = await read();
    } catch {
      // It has been logged.
      return [refusal(query, rcode.SERVFAIL)];
    }
    return answersTo(query, zone, found, way);
  }

  async function* answersOverTcp(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of messagesOf(chunks)) {
      const query = queryIn(bytes);
      if (!query) return;
      for (const answer of await answers(query, 'tcp')) yield packet.streamEncode(answer);
    }
  }

  const callers = new Set<Socket>();
  async function serve(socket: Socket): Promise<void> {
    callers.add(socket.setTimeout(IDLE_MS, () => socket.destroy()));
    try {
      // No more is read of a caller than it takes in answers.
      await pipeline(socket, answersOverTcp, socket);
    } catch {
      // A caller that goes away asks for nothing more.
      socket.destroy();
    } finally {
      callers.delete(socket);
    }
  }
  const tcp = createServer((socket) => void serve(socket));
  tcp.maxConnections = MOST_CONNECTIONS;
  tcp.listen({ host, port: wanted });
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;

  const udp = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  let asking = 0;
  async function answer(query: Query, from: RemoteInfo): Promise<void> {
    asking++;
    const [found] = await answers(query, 'udp').finally(() => asking--);
    // Whoever asked may be gone, and asks again where it is not.
    if (!stopped) udp.send(forUdp(found!, query), from.port, from.address, () => {});
  }
  udp.on('message', (bytes, from) => {
    // Whoever gets no answer asks again.
    if (asking >= MOST_DATAGRAMS) return;
    const query = queryIn(bytes);
    // Strangers write what is in it: whatever cannot be made of that ends an answer, and nothing else.
    if (query) answer(query, from).catch((err) => log.error({ err }, 'a query could not be answered'));
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
  tcp.on('error', (err) => log.error({ err }, 'names are not told over TCP'));
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
