// With --conformance: every exchange of the demo with Atlas's API passes a proxy that holds it against the published one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../src/mongod/index.ts';
import { DoesNotHold, say } from './stage.ts';

export interface Proxy {
  url: string;
  /** Prints the proxy's summary; throws when it found an error. */
  stop(): Promise<void>;
}

export async function startProxy(tool: string, target: string, report: string): Promise<Proxy> {
  const port = await freePort();
  const args = [tool, 'proxy', '--target', target, '--listen', String(port), '--report', report];
  const proxy = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let printed = '';
  proxy.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await once(proxy.stdout, 'data');
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      proxy.kill('SIGINT');
      const [code] = await once(proxy, 'exit');
      say(`\nConformance proxy:\n${printed.trim()}`);
      if (code !== 0) throw new DoesNotHold('the conformance proxy found errors');
    },
  };
}
