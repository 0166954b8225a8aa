// Takes bytes over TLS and sends as many on, as a copy does, and does nothing else: what is left is the cost of TLS and of
// the sockets. Arguments: port, certificate of the authority, bytes. Prints CPU seconds.
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';

const [port, ca, bytes] = process.argv.slice(2);
const wanted = Number(bytes);
const scratch = Buffer.allocUnsafeSlow(1 << 16);
const slice = Buffer.alloc(1 << 17, 'telamon ');

const open = (onread) =>
  new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', ca: readFileSync(ca), onread }, () =>
      resolve(socket),
    );
    socket.once('error', reject);
  });

let [taken, enough] = [0, undefined];
const all = new Promise((resolve) => {
  enough = resolve;
});
const source = await open({
  buffer: scratch,
  callback: (n) => {
    taken += n;
    if (taken >= wanted) enough();
    return true;
  },
});
const destination = await open(undefined);
const before = process.cpuUsage();
source.write('give');
for (let sent = 0; sent < wanted; sent += slice.length) await new Promise((done) => destination.write(slice, done));
await all;
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${(user + system) / 1e6}\n`);
process.exit(0);
