// With --conformance: every exchange of the demo with Atlas's API passes a proxy that holds it against the published one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../src/mongod/index.ts';
import { DoesNotHold, say } from './stage.ts';

/** Gives the proxy's address. At the end it prints its summary, and it is a failure when that holds an error. */
export async function startProxy(
  tool: string,
  target: string,
  report: string,
  afterwards: (what: () => Promise<unknown>) => void,
): Promise<string> {
  const port = await freePort();
  const args = [tool, 'proxy', '--target', target, '--listen', String(port), '--report', report];
  const proxy = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let printed = '';
  proxy.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = once(proxy, 'exit');
  afterwards(async () => {
    proxy.kill('SIGINT');
    const [code] = await ended;
    say(`\nConformance proxy:\n${printed.trim()}`);
    if (code !== 0) throw new DoesNotHold('the conformance proxy found errors');
  });
  // It says on stderr that it listens.
  await Promise.race([once(proxy.stderr, 'data'), ended]);
  return `http://127.0.0.1:${port}`;
}
