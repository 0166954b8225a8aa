// Load by the platform's plain HTTP client, which costs less than what it measures. A process of its own, so that it
// shares no event loop with the server. Argument: a JSON Load. Prints one JSON line.
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';

export interface Load {
  url: string;
  method?: 'GET' | 'POST';
  /** Sent with every call; `%` becomes a number that no other call has. */
  body?: string;
  headers: Record<string, string>;
  digest?: { username: string; password: string };
  seconds: number;
  connections: number;
}

export interface Loaded {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  failures: number;
  /** Of the first failure. */
  failure?: string;
}

const load: Load = JSON.parse(process.argv[2]!);
const url = new URL(load.url);
const method = load.method ?? 'GET';
const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
let made = Number(process.hrtime.bigint() % 1_000_000_000n);

interface Answer {
  status: number;
  challenge: string;
  text: string;
}

function send(authorization?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = load.body?.replace('%', String(made++));
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const headers = { ...load.headers, ...length, ...(authorization ? { authorization } : {}) };
    const call = request({
      agent,
      method,
      host: url.hostname,
      port: url.port,
      path: url.pathname + url.search,
      headers,
    });
    call.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (it) => {
        text += it;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode!, challenge: String(response.headers['www-authenticate']), text }),
      );
    });
    call.end(body);
  });
}

/** A caller that answers the challenge once and goes on with its nonce, as clients that keep their connection do. */
function createCaller(): () => Promise<Answer> {
  const { digest } = load;
  if (!digest) return () => send();
  const ha1 = md5(`${digest.username}:MMS Public API:${digest.password}`);
  const uri = url.pathname + url.search;
  const ha2 = md5(`${method}:${uri}`);
  let [nonce, count] = ['', 0];
  return async () => {
    nonce ||= /nonce="([^"]+)"/.exec((await send()).challenge)![1]!;
    const nc = (++count).toString(16).padStart(8, '0');
    const response = md5(`${ha1}:${nonce}:${nc}:c:auth:${ha2}`);
    return send(
      `Digest username="${digest.username}", realm="MMS Public API", nonce="${nonce}", uri="${uri}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="c", response="${response}"`,
    );
  };
}

async function measure(seconds: number): Promise<Loaded> {
  const times: number[] = [];
  let [failures, failure] = [0, undefined as string | undefined];
  const began = performance.now();
  const until = began + seconds * 1_000;
  const connection = async () => {
    const call = createCaller();
    await call();
    while (performance.now() < until) {
      const at = performance.now();
      const answer = await call();
      if (answer.status < 300) times.push(performance.now() - at);
      else {
        failures++;
        failure ??= `${answer.status} ${answer.text.slice(0, 300)}`;
      }
    }
  };
  await Promise.all(Array.from({ length: load.connections }, connection));
  const elapsed = (performance.now() - began) / 1_000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { perSecond: Math.round(times.length / elapsed), p50Ms: at(0.5), p99Ms: at(0.99), failures, failure };
}

// Both sides are warm before anything counts.
await measure(Math.min(2, load.seconds));
process.stdout.write(`${JSON.stringify(await measure(load.seconds))}\n`);
agent.destroy();
