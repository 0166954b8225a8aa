import { type Document, type HostAddress, MongoClient, type Timestamp } from 'mongodb';
import { BufferPool } from './buffers.ts';
import { CommandFailed, ConnectionLost } from './errors.ts';
import { Scope } from './scope.ts';
import { hostAddress } from './socket.ts';
import { Wire } from './wire.ts';

/** A connected replica set: its primary, a connection for commands, and as many more as asked for. */
export class Deployment {
  /** What the server that `control` leads to says of itself. */
  hello!: Document;
  /** For commands one after the other; data goes over connections of its own. */
  readonly control: Wire;
  /** What of it this work is about. */
  scope = new Scope();
  /**
   * Finds the primary and watches over it, but is given no command: for that it would open a session, and when the line
   * ends while the session is being ended, its `close` waits for ever.
   */
  private readonly client: MongoClient;
  private readonly host: HostAddress;
  /** What its messages are read into. */
  readonly pool: BufferPool;
  private readonly wires: Wire[];
  private closed = false;

  private constructor(client: MongoClient, host: HostAddress, pool: BufferPool, control: Wire) {
    this.client = client;
    this.host = host;
    this.pool = pool;
    this.control = control;
    this.wires = [control];
    // A line may go dead without either end being told; then only the driver, which asks every member again and again,
    // finds out. Without this a request on such a line would be waited for without end.
    client.on('serverHeartbeatFailed', ({ connectionId }) => {
      if (connectionId === host.toString()) for (const wire of this.wires) wire.close();
    });
  }

  static async connect(
    uri: string,
    opts: { pool?: BufferPool; timeoutMS?: number; work?: string; owner?: string } = {},
  ): Promise<Deployment> {
    const connectTimeoutMS = opts.timeoutMS ?? 10_000;
    const client = new MongoClient(uri, {
      serverSelectionTimeoutMS: opts.timeoutMS ?? 15_000,
      connectTimeoutMS,
      // Of this client it bounds each step of a login, for which the driver has no other limit.
      socketTimeoutMS: connectTimeoutMS,
      heartbeatFrequencyMS: 5_000,
      // By it the server tells what belongs to which work, and who does it.
      appName: ['telamon-migration', opts.work, opts.owner].filter(Boolean).join(' '),
    });
    const primary = followPrimary(client);
    try {
      await client.connect();
      const host = primary();
      const pool = opts.pool ?? new BufferPool();
      const deployment = new Deployment(client, host, pool, await Wire.open(client, host, pool));
      deployment.hello = await deployment.command('admin', { hello: 1 });
      return deployment;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  get address(): string {
    return this.host.toString();
  }

  get appName(): string {
    return this.client.options.appName!;
  }

  /** Finds the names of all that do the same work as this one, by whichever owner. */
  get ofSameWork(): RegExp {
    const [program, work] = this.appName.split(' ');
    return new RegExp(`^${[program, work].join(' ').replace(/[^\w ]/g, '\\$&')}( |$)`);
  }

  get tls(): boolean {
    return this.client.options.tls === true;
  }

  async open(): Promise<Wire> {
    const wire = await Wire.open(this.client, this.host, this.pool);
    this.wires.push(wire);
    // One of several that were opened together may have failed, and ended all of this, before this one was there.
    if (this.closed) wire.close();
    return wire;
  }

  openMany(n: number): Promise<Wire[]> {
    return Promise.all(Array.from({ length: n }, () => this.open()));
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const wire of this.wires) wire.close();
    await this.client.close();
  }

  command(db: string, command: Document): Promise<Document> {
    return this.control.command(db, command);
  }

  /** As `command`, but undefined when the server answers with one of these codes. */
  async attempt(db: string, command: Document, ...tolerated: number[]): Promise<Document | undefined> {
    try {
      return await this.control.command(db, command);
    } catch (error) {
      if (error instanceof CommandFailed && tolerated.includes(error.code)) return undefined;
      throw error;
    }
  }

  /** The time of the last operation that this server applied. */
  async operationTime(): Promise<Timestamp> {
    const { operationTime } = await this.command('admin', { ping: 1 });
    // A member that has only just started answers before it knows of any; a moment later it does.
    if (!operationTime) throw new ConnectionLost('the server has only just started');
    return operationTime as Timestamp;
  }

  async version(): Promise<string> {
    return (await this.command('admin', { buildInfo: 1 })).version as string;
  }
}

/** The address of the primary, as the set itself calls it; or the one given, when there is no set or it is not asked. */
function followPrimary(client: MongoClient): () => HostAddress {
  let address: string | undefined;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    address = [...newDescription.servers.values()].find((it) => it.type === 'RSPrimary')?.address;
  });
  const { directConnection, hosts } = client.options;
  // A direct connection may lead through an address that the set itself does not know.
  return () => (directConnection || address === undefined ? hosts[0]! : hostAddress(address));
}

/** Both lead to the same primary, whatever it is called on the way there. */
export const isSame = (a: Deployment, b: Deployment): boolean =>
  a.hello.topologyVersion?.processId.equals(b.hello.topologyVersion?.processId) === true;

export const SAME = 'Source and destination are the same deployment. Choose another destination.';

/** Compares `6.0.5` with `7.0` by their first two numbers. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((it) => it.split('.').map(Number)) as [number[], number[]];
  return x[0]! - y[0]! || (x[1] ?? 0) - (y[1] ?? 0);
}
