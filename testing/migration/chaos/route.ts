// Loaded into a process under test (`--import`): whatever it connects to on this host, it connects to by the switchboard.
import { Socket } from 'node:net';

const switchboard = Number(process.env.CHAOS_SWITCHBOARD);
const name = process.env.CHAOS_NAME!;

interface Target {
  port?: number | string;
  host?: string;
  path?: string;
}

const loopback = ['127.0.0.1', 'localhost', '::1', undefined];
const connect = Socket.prototype.connect as (this: Socket, ...args: unknown[]) => Socket;

Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  // Node hands its own functions one list of all arguments.
  const given = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
  const target = given[0] as Target;
  const routed = target && typeof target === 'object' && !target.path && loopback.includes(target.host);
  if (!routed) return connect.apply(this, args);
  const { port } = target;
  Object.assign(target, { host: '127.0.0.1', port: switchboard });
  connect.apply(this, args);
  // Sent ahead of everything that its owner writes.
  this.write(`${name} ${port}\n`);
  return this;
} as Socket['connect'];
