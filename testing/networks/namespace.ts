// Network namespaces: processes of this machine that come from networks of their own, over a wire and not by loopback.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });

/** Why there can be none here, or nothing. */
export function withoutNamespaces(): string | undefined {
  const name = `telamon-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return undefined;
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === 'ENOENT') return 'there is no `ip` on the PATH';
    return `this user may make no network namespaces: ${String(stderr).trim()}`;
  }
}

export interface Client {
  /** `in` or `out`: what became of a new connection. */
  connects(): Promise<string>;
  /** `written` or why not: what became of a write on the connection that the first one opened. */
  writes(): Promise<string>;
}

export interface Namespace {
  /** Of the host, on the wire to this namespace. */
  host: string;
  /** Of what runs in the namespace. */
  address: string;
  /** A client in the namespace. */
  client(uri: string): Client;
  remove(): void;
}

/** A namespace whose network is `<prefix>.0/29`, e.g. of prefix 198.18.7. Its only way is to this host. */
export function namespace(letter: string, prefix: string): Namespace {
  const [name, outside, inside] = [`telamon-${process.pid}${letter}`, `tl${process.pid}${letter}`, 'eth0'];
  const [host, address] = [`${prefix}.1`, `${prefix}.2`];
  const children = new Set<ReturnType<typeof spawn>>();
  const remove = () => {
    for (const it of children) it.kill('SIGKILL');
    ip('netns', 'del', name);
  };
  ip('netns', 'add', name);
  try {
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    ip('address', 'add', `${host}/29`, 'dev', outside);
    ip('link', 'set', outside, 'up');
    ip('-n', name, 'address', 'add', `${address}/29`, 'dev', inside);
    ip('-n', name, 'link', 'set', inside, 'up');
    ip('-n', name, 'route', 'add', 'default', 'via', host);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    ...{ host, address, remove },
    client(uri) {
      const program = [process.execPath, join(import.meta.dirname, 'client.ts')];
      const child = spawn('ip', ['netns', 'exec', name, ...program], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, TELAMON_URI: uri },
      });
      children.add(child);
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const ask = async (what: string): Promise<string> => {
        child.stdin.write(`${what}\n`);
        const { value, done } = await lines.next();
        if (done) throw new Error('the client in the namespace has ended');
        return value;
      };
      return { connects: () => ask('connect'), writes: () => ask('write') };
    },
  };
}
