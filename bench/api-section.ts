import { machine, today } from './tools.ts';

interface Measured {
  perSecond: number;
  p99Ms: number;
}

export interface ApiFigures {
  vsBareRoute: { digest?: number; bearer?: number };
  /** Absent where the published document is not at hand. */
  vsPrism: { get?: number; post?: number };
  listsManyToFew: number;
  connections: number;
  lists: { few: number; many: number };
  calls: Record<string, Measured>;
}

const names: Record<string, string> = {
  bare: 'a bare route with one findOne',
  getDigest: 'GET, Digest',
  getBearer: 'GET, OAuth token',
  postDigest: 'POST, Digest',
  postBearer: 'POST, OAuth token',
  prismGet: 'GET from a mock of the published document',
  prismPost: 'POST to that mock',
};

const verdict = (met: boolean, goal: string) => `${goal}: ${met ? 'met' : '**missed**'}`;
const atLeast = (value: number | undefined, goal: number) =>
  value === undefined ? '| not measured |  |' : `| ${value} | ${verdict(value >= goal, `≥ ${goal}`)} |`;

/** The calls' section of docs/performance.md. */
export const apiSection = (f: ApiFigures): string => `## Calls

Printed by \`npm run bench:api -- --write\` on ${today()}: ${machine()}. ${f.connections} connections, taking turns;
the load came from the same machine. A POST is a transaction acknowledged by the majority; the mock keeps nothing.

| call | per second | p99 |
| --- | --- | --- |
${Object.entries(f.calls)
  .map(([name, it]) => `| ${names[name] ?? name} | ${Math.round(it.perSecond)} | ${Math.round(it.p99Ms)} ms |`)
  .join('\n')}

| ratio | measured | goal |
| --- | --- | --- |
| GET beside the bare route, Digest ${atLeast(f.vsBareRoute.digest, 0.6)}
| GET beside the bare route, OAuth token ${atLeast(f.vsBareRoute.bearer, 0.6)}
| GET beside the mock ${atLeast(f.vsPrism.get, 5)}
| POST beside the mock ${atLeast(f.vsPrism.post, 5)}
| lists: 100,000 projects in the store beside 100 | ${f.listsManyToFew} | ${verdict(Math.abs(f.listsManyToFew - 1) <= 0.2, '0.8 to 1.2')} |
`;
