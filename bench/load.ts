// Load from a process of its own, so that it does not share Telamon's event loop or the one that measures.
// Arguments: base URL, path, seconds, connections, then `digest PUBLIC PRIVATE` or `bearer TOKEN`. Prints one JSON line.
import { createDigestFetch } from '../src/base/digest-fetch.ts';

const [base, path, seconds, connections, kind, one, two] = process.argv.slice(2) as [string, ...string[]];
const url = base + path!;
const accept = 'application/vnd.atlas.2025-02-19+json';
const until = performance.now() + Number(seconds) * 1_000;
const times: number[] = [];
let failures = 0;

async function connection(): Promise<void> {
  const digest = createDigestFetch({ username: one!, password: two ?? '' });
  const headers = { accept, authorization: `Bearer ${one}` };
  const call = () => (kind === 'digest' ? digest(url, { headers: { accept } }) : fetch(url, { headers }));
  while (performance.now() < until) {
    const began = performance.now();
    const response = await call();
    await response.arrayBuffer();
    if (response.ok) times.push(performance.now() - began);
    else failures++;
  }
}

const began = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, connection));
const elapsed = (performance.now() - began) / 1_000;
times.sort((a, b) => a - b);
process.stdout.write(
  `${JSON.stringify({ perSecond: Math.round(times.length / elapsed), p99Ms: times[Math.floor(times.length * 0.99)] ?? 0, failures })}\n`,
);
