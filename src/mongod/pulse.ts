import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { BSON } from 'mongodb';

/** How often a member is asked whether it is there. */
const BEAT_MS = 5_000;
/** Whoever has not been asked about for so many beats is no longer listened to. */
const FORGOTTEN_BEATS = 24;

export interface PulseTarget {
  host: string;
  port: number;
  tls: boolean;
}

interface Listened extends PulseTarget {
  socket?: Socket;
  /** A question is out that has had no answer. */
  open: boolean;
  missed: number;
  askedAbout: number;
}

/** `hello` as mongod's wire protocol has it (OP_MSG): it needs no login, and a process that works answers it at once. */
const question = (() => {
  const body = BSON.serialize({ hello: 1, $db: 'admin' });
  const head = Buffer.alloc(21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(2013, 12);
  return Buffer.concat([head, body]);
})();

/**
 * Listens to members by a connection of its own to each: a process that is there and no longer answers looks alive to
 * whoever asks for its pid alone. What is counted are answers that did not come, never time, so that neither a clock
 * that jumps nor a machine that slept can make a member look dead.
 */
export function createPulses(beatMs = BEAT_MS) {
  const listened = new Map<string, Listened>();
  let timer: NodeJS.Timeout | undefined;

  function hangUp(it: Listened): void {
    it.socket?.destroy();
    it.socket = undefined;
    it.open = false;
  }

  function dial(it: Listened): Socket {
    // Nothing is told to whoever answers, and nothing believed.
    const to = { host: it.host, port: it.port };
    const socket = it.tls ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
    const lost = () => {
      if (it.socket !== socket) return;
      // Nobody listens (yet, or any more), or there are too many connections: that is not silence.
      it.missed = 0;
      hangUp(it);
    };
    socket.on('data', () => {
      it.open = false;
      it.missed = 0;
    });
    socket.on('error', lost).on('close', lost);
    return socket.unref();
  }

  function beat(): void {
    for (const [key, it] of listened) {
      if (++it.askedAbout > FORGOTTEN_BEATS) {
        hangUp(it);
        listened.delete(key);
        continue;
      }
      if (it.open) {
        it.missed++;
        continue;
      }
      it.socket ??= dial(it);
      it.open = true;
      it.socket.write(question);
    }
    if (!listened.size) stop();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
    for (const it of listened.values()) hangUp(it);
    listened.clear();
  }

  return {
    /** How many beats in a row a member has not answered; whoever is asked about is listened to from then on. */
    missed(key: string, to: PulseTarget): number {
      let it = listened.get(key);
      if (it && (it.port !== to.port || it.tls !== to.tls)) {
        hangUp(it);
        it = undefined;
      }
      if (!it) {
        it = { ...to, open: false, missed: 0, askedAbout: 0 };
        listened.set(key, it);
        timer ??= setInterval(beat, beatMs).unref();
      }
      it.askedAbout = 0;
      return it.missed;
    },
    /** Begins anew with a member, as after its restart. */
    forget(key: string): void {
      const it = listened.get(key);
      if (!it) return;
      hangUp(it);
      listened.delete(key);
    },
    start(): void {},
    async stop(): Promise<void> {
      stop();
    },
  };
}

export type Pulses = ReturnType<typeof createPulses>;
