import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** `reset`: both ends are told. `silence`: nobody is told, and what was open stays dead for ever. */
export type Cut = 'reset' | 'silence';

export interface Switchboard {
  port: number;
  /** Breaks every line from this process to these ports, and lets none through until the returned function is called. */
  cut(from: string, ports: readonly number[], how: Cut): () => void;
  close(): void;
}

/** A socket that is being shut down cannot be reset: Node then loses hold of it, and the process never exits. */
const reset = (socket: Socket): void => {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
};

interface Line {
  from: string;
  port: number;
  ends: readonly Socket[];
}

/**
 * Every connection that a process under test opens on this host comes here first (see route.ts) and names itself and the
 * port that it wants, so that the line between any two of them can be cut while all others stand.
 */
export async function startSwitchboard(): Promise<Switchboard> {
  const lines = new Set<Line>();
  const cuts = new Set<{ from: string; ports: readonly number[]; how: Cut }>();
  const cutOf = (from: string, port: number) => [...cuts].find((it) => it.from === from && it.ports.includes(port));

  const silence = (socket: Socket) => {
    socket.removeAllListeners('data');
    socket.resume();
  };

  function open(caller: Socket, from: string, port: number, rest: Buffer): void {
    const cut = cutOf(from, port);
    if (cut) {
      if (cut.how === 'reset') reset(caller);
      else silence(caller);
      return;
    }
    const target = connect({ host: '127.0.0.1', port });
    const line = { from, port, ends: [caller, target] };
    lines.add(line);
    if (rest.length) target.write(rest);
    for (const [here, there] of [
      [caller, target],
      [target, caller],
    ] as const) {
      here.on('data', (chunk) => {
        if (there.write(chunk)) return;
        here.pause();
        there.once('drain', () => here.resume());
      });
      here.on('end', () => there.end());
      // A silenced line tells nobody that one of its ends is gone.
      here.on('close', () => {
        if (lines.delete(line)) there.destroy();
      });
    }
    target.on('error', () => reset(caller));
  }

  const server = createServer({ allowHalfOpen: true }, (caller) => {
    caller.on('error', () => caller.destroy());
    caller.once('data', (chunk: Buffer) => {
      const end = chunk.indexOf('\n');
      const [from, port] = chunk.toString('latin1', 0, end).split(' ');
      open(caller, from!, Number(port), chunk.subarray(end + 1));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut(from, ports, how) {
      const cut = { from, ports, how };
      cuts.add(cut);
      for (const line of lines) {
        if (line.from !== from || !ports.includes(line.port)) continue;
        lines.delete(line);
        for (const end of line.ends) {
          if (how === 'reset') reset(end);
          else silence(end);
        }
      }
      return () => cuts.delete(cut);
    },
    close() {
      server.close();
      for (const { ends } of lines) for (const it of ends) it.destroy();
    },
  };
}
