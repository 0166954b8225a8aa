// Replays what clients of the living Atlas sent, against a house of ours, and holds the answers side by side. The ids
// differ: wherever the recorded answer had an id and ours has one in the same place, the two are the same thing.
import { setTimeout as wait } from 'node:timers/promises';
import type { Mounted } from '../src/kernel/operation.ts';
import type { TestAnswer, TestCaller } from './caller.ts';

export interface Exchange {
  suite: string;
  seq: number;
  method: string;
  path: string;
  query?: string;
  operationId?: string;
  accept?: string;
  /** The version that the answer is in, which need not be what was asked for here. */
  version?: string;
  requestBody?: unknown;
  status: number;
  body: unknown;
  bodyEncoding?: string;
}

/** How an answer of ours departs from the recorded one. */
export interface Departure {
  exchange: string;
  operationId: string;
  kind: string;
  detail: string;
}

export type CompareShapes = (recorded: unknown, live: unknown) => { kind: string; detail: string }[];

const ID = /^(mdb_sa_id_)?[a-f0-9]{24}$/;

/** What stands for what: ids and usernames of the recording, and ours. */
export class Names {
  readonly #known = new Map<string, string>();

  constructor(known: Record<string, string>) {
    for (const [recorded, ours] of Object.entries(known)) this.#known.set(recorded, ours);
  }

  /** Ours for what the recording calls this. */
  translate(text: string): string {
    let out = text;
    for (const [recorded, ours] of this.#known) out = out.replaceAll(recorded, ours);
    return out;
  }

  learn(recorded: unknown, ours: unknown, key = ''): void {
    if (typeof recorded === 'string' && typeof ours === 'string') {
      if ((ID.test(recorded) && ID.test(ours)) || key === 'username')
        if (!this.#known.has(recorded) && recorded !== ours) this.#known.set(recorded, ours);
      return;
    }
    if (typeof recorded !== 'object' || typeof ours !== 'object' || !recorded || !ours) return;
    for (const [name, value] of Object.entries(recorded))
      this.learn(value, (ours as Record<string, unknown>)[name], name);
  }
}

interface Replaying {
  api: TestCaller;
  /** Somebody without credentials. */
  nobody: TestCaller;
  operations: readonly Mounted[];
  names: Names;
  compareShapes: CompareShapes;
  /** How long a GET is asked again until nothing of its answer surprises: what a cluster does takes its time. */
  patienceMs?: number;
  surprises(it: Departure): boolean;
}

const codeOf = (of: unknown) => (of as { errorCode?: string } | null)?.errorCode ?? '';

/** How one answer departs from the recorded one. */
function differences(it: Exchange, { status, body }: TestAnswer, compareShapes: CompareShapes) {
  if (Math.floor(status / 100) !== Math.floor(it.status / 100)) {
    const detail = `${status} ${codeOf(body)} ${body?.detail ?? ''}, recorded ${it.status} ${codeOf(it.body)}`;
    return [{ kind: 'status', detail }];
  }
  if (status >= 400 && codeOf(body) !== codeOf(it.body))
    return [{ kind: 'code', detail: `${codeOf(body)}, recorded ${codeOf(it.body)}` }];
  return compareShapes(it.body, body === '' ? null : body);
}

/** Sends a suite's exchanges in their order; gives every departure of the operations that are there. */
export async function replay(
  exchanges: readonly Exchange[],
  { api, nobody, operations, names, compareShapes, patienceMs = 0, surprises }: Replaying,
): Promise<{ replayed: number; departures: Departure[] }> {
  const mounted = new Set(operations.map((it) => it.id));
  const departures: Departure[] = [];
  const wanted = exchanges.filter((it) => it.operationId && mounted.has(it.operationId) && !it.bodyEncoding);
  for (const it of wanted) {
    const url = names.translate(it.path) + (it.query ? `?${names.translate(it.query)}` : '');
    const body = it.requestBody === undefined ? undefined : JSON.parse(names.translate(JSON.stringify(it.requestBody)));
    // Recorded 401s are the challenge that a client meets before it signs.
    const accept = it.version ? `application/vnd.atlas.${it.version}+json` : it.accept;
    const send = () => (it.status === 401 ? nobody : api)(it.method, url, body, { accept });
    let answer = await send();
    const about = { exchange: `${it.suite}#${it.seq}`, operationId: it.operationId! };
    const look = () => differences(it, answer, compareShapes).map((one) => ({ ...about, ...one }));
    let found = look();
    for (
      const end = Date.now() + patienceMs;
      it.method === 'GET' && found.some(surprises) && Date.now() < end;
      await wait(100)
    ) {
      answer = await send();
      found = look();
    }
    names.learn(it.body, answer.body);
    departures.push(...found);
  }
  return { replayed: wanted.length, departures };
}
