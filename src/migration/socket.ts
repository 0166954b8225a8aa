import { createRequire } from 'node:module';
import * as net from 'node:net';
import { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { type HostAddress, type MongoClient, MongoNetworkError } from 'mongodb';

/*
 * The driver resolves the deployment, says hello and authenticates, whatever the mechanism; but a socket of its own
 * hands out its bytes in pieces that must be put together again, which costs more than all else the copy does. So the
 * socket is opened here, in the way that reads straight into our buffers, and the driver gets to see it as a stream
 * until it has authenticated.
 */
const require = createRequire(import.meta.url);
const driver = require('mongodb/lib/cmap/connect.js') as {
  connect(options: object): Promise<unknown>;
  LEGAL_TCP_SOCKET_OPTIONS: readonly string[];
  LEGAL_TLS_SOCKET_OPTIONS: readonly string[];
};
const utils = require('mongodb/lib/utils.js') as { HostAddress: { fromString(text: string): HostAddress } };
const providers = require('mongodb/lib/mongo_client_auth_providers.js') as {
  MongoClientAuthProviders: new () => object;
};

export const hostAddress = (text: string): HostAddress => utils.HostAddress.fromString(text);

/** Where the bytes of a socket go. */
export interface Sink {
  /** Where the next bytes are to be put. */
  room(): Buffer;
  /** So many bytes were put there. */
  filled(bytes: number): void;
}

/** What the driver sees of the socket while it authenticates. */
class Handshake extends Duplex {
  socket!: net.Socket;
  private readonly scratch = Buffer.allocUnsafeSlow(1 << 14);

  room(): Buffer {
    return this.scratch;
  }

  filled(bytes: number): void {
    this.push(Buffer.from(this.scratch.subarray(0, bytes)));
  }

  setTimeout(ms: number): this {
    this.socket.setTimeout(ms);
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }
}

const KEEP_ALIVE_MS = 30_000;
type Options = MongoClient['options'];

const picked = (options: Options, names: readonly string[]): object =>
  Object.fromEntries(
    Object.entries(options).filter(([name, value]) => names.includes(name) && value !== undefined && value !== null),
  );

function begin(options: Options, at: HostAddress, onread: net.OnReadOpts): net.Socket {
  const place = at.socketPath ? { path: at.socketPath } : { host: at.host!, port: at.port! };
  const common = { ...picked(options, driver.LEGAL_TCP_SOCKET_OPTIONS), ...place, onread };
  if (!options.tls) return net.connect(common as net.NetConnectOpts);
  const servername = at.host && !net.isIP(at.host) ? { servername: at.host } : {};
  return tls.connect({
    ...servername,
    ...picked(options, driver.LEGAL_TLS_SOCKET_OPTIONS),
    ...common,
  } as tls.ConnectionOptions);
}

async function established(socket: net.Socket, event: string, limitMs: number, at: HostAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error) => reject(new MongoNetworkError(`${at}: ${cause.message}`, { cause }));
    socket.setTimeout(limitMs);
    socket.once(event, resolve).once('error', fail);
    socket.once('timeout', () => fail(new Error(`no connection within ${limitMs} ms`)));
    socket.once('close', () => fail(new Error('closed while connecting')));
  });
  for (const name of ['error', 'timeout', 'close']) socket.removeAllListeners(name);
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
}

/** The buffer for the next bytes is asked for long before they come; they may be somebody else's by then. */
function readInto(to: () => Sink): net.OnReadOpts {
  let asked: Sink;
  return {
    buffer: () => {
      asked = to();
      return asked.room();
    },
    callback: (bytes, buffer) => {
      const sink = to();
      if (sink === asked) sink.filled(bytes);
      else {
        for (let at = 0; at < bytes; ) {
          const n = Buffer.from(buffer.buffer, buffer.byteOffset).copy(sink.room(), 0, at, bytes);
          sink.filled(n);
          at += n;
        }
      }
      return true;
    },
  };
}

/** An authenticated socket to `at`, with the credentials and TLS of a connected client, whose bytes go to `sink`. */
export async function openSocket(client: MongoClient, at: HostAddress, sink: Sink): Promise<net.Socket> {
  const { options } = client;
  const handshake = new Handshake();
  let to: Sink = handshake;
  const socket = begin(
    options,
    at,
    readInto(() => to),
  );
  handshake.socket = socket;
  try {
    await established(socket, options.tls ? 'secureConnect' : 'connect', options.connectTimeoutMS ?? 30_000, at);
    socket.on('error', (error) => handshake.destroy(error));
    socket.on('timeout', () => handshake.emit('timeout'));
    socket.on('close', () => handshake.destroy());
    await driver.connect({
      ...options,
      hostAddress: at,
      existingSocket: handshake,
      // It is there already, around what the driver sees.
      tls: false,
      // Compressed replies could not be passed on as they are.
      compressors: [],
      id: 0,
      generation: 0,
      monitorCommands: false,
      loadBalanced: false,
      authProviders: new providers.MongoClientAuthProviders(),
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  for (const name of ['error', 'timeout', 'close']) socket.removeAllListeners(name);
  socket.setTimeout(0);
  to = sink;
  return socket;
}
