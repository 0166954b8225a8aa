import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  port: number;
  /** Passes no byte on in either direction until `release`; connections stay open, as on a line that has gone dead. */
  hold(): void;
  /** Holds as soon as this many more bytes were sent to the target; resolves when it does. */
  holdAfter(bytes: number): Promise<void>;
  /** Holds as soon as a message with this text was sent to the target, whose answer is held; resolves when it does. */
  holdAt(text: string): Promise<void>;
  release(): void;
  /** What is connected now stays dead for ever without being told; what connects later is served. */
  silence(): void;
  /** Every connection goes dead like that with the first message that holds this text, which is lost. */
  silenceAt(text: string | undefined): void;
  /** Ends what is connected now, as a process that dies does; what connects later is served. */
  hangUp(): void;
  close(): Promise<void>;
}

/** A line to a port of this host that a test can hold at an exact byte. `alter` makes another of what the target sends. */
export async function startProxy(target: number, alter = (chunk: Buffer): Buffer => chunk): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let held = false;
  let left = Number.POSITIVE_INFINITY;
  let reached = () => {};
  let [deadly, last]: (string | undefined)[] = [];

  function hold(): void {
    held = true;
    for (const it of sockets) it.pause();
  }

  function deaden(ends: Iterable<Socket>): void {
    for (const it of ends) it.removeAllListeners('data').resume();
  }

  function pass(from: Socket, to: Socket, counts: boolean): void {
    sockets.add(from);
    from.on('data', (chunk) => {
      if (counts && deadly !== undefined && chunk.includes(deadly)) return deaden([from, to]);
      if (counts) left = last !== undefined && chunk.includes(last) ? 0 : left - chunk.length;
      if (!to.write(counts ? chunk : alter(chunk))) {
        from.pause();
        to.once('drain', () => held || from.resume());
      }
      if (left > 0 || held) return;
      left = Number.POSITIVE_INFINITY;
      last = undefined;
      hold();
      reached();
    });
    // The other side learns of it; which of the two broke does not matter here.
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (held) from.pause();
  }

  const server = createServer((client) => {
    const onward = connect({ host: '127.0.0.1', port: target });
    pass(client, onward, true);
    pass(onward, client, false);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    hold,
    holdAfter(bytes) {
      left = bytes;
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
    holdAt(text) {
      last = text;
      return new Promise((resolve) => {
        reached = resolve;
      });
    },
    release() {
      held = false;
      for (const it of sockets) it.resume();
    },
    silence: () => deaden(sockets),
    silenceAt(text) {
      deadly = text;
    },
    hangUp() {
      for (const it of sockets) it.end();
    },
    async close() {
      server.close();
      for (const it of sockets) it.destroy();
    },
  };
}
