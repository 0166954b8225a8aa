import { MongoClient } from 'mongodb';

const SWEEP_MS = 15_000;
const IDLE_MS = 60_000;

interface Held {
  client: MongoClient;
  opened: Promise<unknown>;
  users: number;
  idleSince: number;
}

/**
 * The control plane's own clients, kept open for a while after use: taking a right away must not wait for a new
 * connection and its login.
 */
export function createClients() {
  const held = new Map<string, Held>();
  let sweeper: NodeJS.Timeout | undefined;
  let stopped = false;

  function sweep(): void {
    for (const [uri, it] of held) {
      if (it.users || performance.now() - it.idleSince < IDLE_MS) continue;
      held.delete(uri);
      // Nobody uses it any more, so there is nobody to tell when it does not end well.
      it.client.close().catch(() => {});
    }
    if (!held.size) stopSweeping();
  }

  function stopSweeping(): void {
    clearInterval(sweeper);
    sweeper = undefined;
  }

  function take(uri: string): Held {
    // Whoever is still at work while the house stops would open what nobody closes.
    if (stopped) throw new Error('The clients of this server are closed.');
    let it = held.get(uri);
    if (!it) {
      const client = new MongoClient(uri, {
        appName: 'telamon',
        serverSelectionTimeoutMS: 5_000,
        serverMonitoringMode: 'poll',
        // Whoever is at work notices a change at once, by an error; these are only the looks in between.
        heartbeatFrequencyMS: 30_000,
        maxPoolSize: 4,
      });
      // One that could not connect at its first use would never try again.
      const opened = client.connect().catch(async (error) => {
        if (held.get(uri)?.client === client) held.delete(uri);
        await client.close();
        throw error;
      });
      it = { client, opened, users: 0, idleSince: 0 };
      held.set(uri, it);
      sweeper ??= setInterval(sweep, SWEEP_MS).unref();
    }
    return it;
  }

  async function end({ client, opened }: Held): Promise<void> {
    await client.close();
    // One that has not yet begun to connect is not kept from it by that. Whether it could is nobody's concern any more.
    await opened.catch(() => {});
    await client.close();
  }

  return {
    /** Runs `work` with the client of this connection string. */
    async with<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
      const it = take(uri);
      it.users++;
      try {
        await it.opened;
        return await work(it.client);
      } finally {
        it.users--;
        it.idleSince = performance.now();
      }
    },
    start(): void {
      stopped = false;
    },
    /** Closes them all; there are no more until the next start. */
    async stop(): Promise<void> {
      stopped = true;
      stopSweeping();
      const all = [...held.values()];
      held.clear();
      await Promise.all(all.map(end));
    },
  };
}

export type Clients = ReturnType<typeof createClients>;
