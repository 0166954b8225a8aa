// Replays what clients of the living Atlas sent, against a house of ours, and holds the answers side by side. The ids
// differ: wherever the recorded answer had an id and ours has one in the same place, the two are the same thing.
import type { Mounted } from '../src/kernel/operation.ts';
import type { TestCaller } from './caller.ts';

export interface Exchange {
  suite: string;
  seq: number;
  method: string;
  path: string;
  query?: string;
  operationId?: string;
  accept?: string;
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

/** Sends a suite's exchanges in their order; gives every departure of the operations that are there. */
export async function replay(
  exchanges: readonly Exchange[],
  {
    api,
    operations,
    names,
    compareShapes,
  }: {
    api: TestCaller;
    operations: readonly Mounted[];
    names: Names;
    compareShapes: CompareShapes;
  },
): Promise<{ replayed: number; departures: Departure[] }> {
  const mounted = new Set(operations.map((it) => it.id));
  const departures: Departure[] = [];
  let replayed = 0;
  for (const it of exchanges) {
    if (!it.operationId || !mounted.has(it.operationId) || it.bodyEncoding) continue;
    replayed++;
    const url = names.translate(it.path) + (it.query ? `?${names.translate(it.query)}` : '');
    const body = it.requestBody === undefined ? undefined : JSON.parse(names.translate(JSON.stringify(it.requestBody)));
    const answer = await api(it.method, url, body, { accept: it.accept });
    const depart = (kind: string, detail: string) =>
      departures.push({ exchange: `${it.suite}#${it.seq}`, operationId: it.operationId!, kind, detail });
    const codeOf = (of: unknown) => (of as { errorCode?: string } | null)?.errorCode;
    if (Math.floor(answer.status / 100) !== Math.floor(it.status / 100))
      depart(
        'status',
        `${answer.status} ${codeOf(answer.body) ?? ''} ${answer.body?.detail ?? ''}, recorded ${it.status} ${codeOf(it.body) ?? ''}`,
      );
    else if (answer.status >= 400 && codeOf(answer.body) !== codeOf(it.body))
      depart('code', `${codeOf(answer.body)}, recorded ${codeOf(it.body)}`);
    else {
      names.learn(it.body, answer.body);
      const live = answer.body === '' ? null : answer.body;
      for (const { kind, detail } of compareShapes(it.body, live)) depart(kind, detail);
    }
  }
  return { replayed, departures };
}
