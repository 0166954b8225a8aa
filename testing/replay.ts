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
  /** Absent for what clients ask beside the published interface. */
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

/**
 * What is refused by name here takes nothing from what comes after it: the request goes once more without it. Each gives
 * the body without the attribute.
 */
export type Without = Record<string, (body: Record<string, unknown>) => Record<string, unknown>>;

const ID = /^(mdb_sa_id_)?[a-f0-9]{24}$/;
/** Attributes whose values are names that the server gave, and later requests carry. */
const NAMING = new Set(['username', 'hostname', 'id']);

/** What stands for what: ids, hosts and usernames of the recording, and ours. */
export class Names {
  readonly #known = new Map<string, string>();

  constructor(known: Record<string, string>) {
    for (const [recorded, ours] of Object.entries(known)) this.#known.set(recorded, ours);
  }

  /** Ours for what the recording calls this. */
  translate(text: string): string {
    let out = text;
    // A host is part of the name of its process.
    for (const [recorded, ours] of [...this.#known].sort(([a], [b]) => b.length - a.length))
      out = out.replaceAll(recorded, ours);
    return out;
  }

  learn(recorded: unknown, ours: unknown, key = ''): void {
    if (typeof recorded === 'string' && typeof ours === 'string') {
      if ((ID.test(recorded) && ID.test(ours)) || NAMING.has(key))
        if (!this.#known.has(recorded) && recorded !== ours) this.#known.set(recorded, ours);
      return;
    }
    if (typeof recorded !== 'object' || typeof ours !== 'object' || !recorded || !ours) return;
    // Where Atlas had more of them, the last of ours stands for the rest.
    const last = Array.isArray(ours) ? ours.at(-1) : undefined;
    for (const [name, value] of Object.entries(recorded))
      this.learn(value, (ours as Record<string, unknown>)[name] ?? last, name);
  }
}

interface Replaying {
  api: TestCaller;
  /** Somebody without credentials. */
  nobody: TestCaller;
  operations: readonly Mounted[];
  names: Names;
  compareShapes: CompareShapes;
  without: Without;
  /** How long a GET is asked again until nothing of its answer surprises: what a cluster does takes its time. */
  patienceMs: number;
  surprises(it: Departure): boolean;
}

type Difference = { kind: string; detail: string };

/** A refusal is JSON also where a file was asked for; plain text is held beside what the recording read out of it. */
function readable({ status, body, headers }: TestAnswer): TestAnswer {
  const isJson = /json/.test(String(headers['content-type']));
  const isPlain = /^text\/plain/.test(String(headers['content-type']));
  if (Buffer.isBuffer(body) && !isJson) return { status, body, headers };
  return { status, headers, body: Buffer.isBuffer(body) || isPlain ? JSON.parse(String(body)) : body };
}

const codeOf = (of: unknown) => (of as { errorCode?: string } | null)?.errorCode ?? '';

/** How one answer departs from the recorded one. */
function differences(it: Exchange, { status, body }: TestAnswer, compareShapes: CompareShapes): Difference[] {
  if (Math.floor(status / 100) !== Math.floor(it.status / 100)) {
    const detail = `${status} ${codeOf(body)} ${body?.detail ?? ''}, recorded ${it.status} ${codeOf(it.body)}`;
    return [{ kind: 'status', detail }];
  }
  if (status >= 400 && codeOf(body) !== codeOf(it.body))
    return [{ kind: 'code', detail: `${codeOf(body)}, recorded ${codeOf(it.body)}` }];
  // Of files only that they are there: what is in them is not kept as JSON.
  if (it.bodyEncoding) return [];
  return compareShapes(it.body, body === '' ? null : body);
}

/** What is not there says so in the two ways that Atlas's clients know of any server: no such path, no such method. */
const notThere = ({ status, body }: TestAnswer): Difference[] =>
  ['404 RESOURCE_NOT_FOUND', '405 METHOD_NOT_ALLOWED'].includes(`${status} ${codeOf(body)}`)
    ? []
    : [{ kind: 'not there', detail: `${status} ${codeOf(body)}` }];

/** The attribute that an answer refuses by name, as the first word of the rule that it tells. */
const refusedBy = ({ status, body }: TestAnswer): string | undefined =>
  status === 400 && codeOf(body) === 'VALIDATION_ERROR' ? /^\w+/.exec(String(body.parameters?.[0]))?.[0] : undefined;

/** Sends a suite's exchanges in their order; gives every departure, also of operations that are not there. */
export async function replay(
  exchanges: readonly Exchange[],
  { api, nobody, operations, names, compareShapes, without, patienceMs, surprises }: Replaying,
): Promise<Departure[]> {
  const mounted = new Set(operations.map((it) => it.id));
  const departures: Departure[] = [];
  for (const it of exchanges) {
    const operationId = it.operationId ?? `${it.method} ${it.path}`;
    const isThere = !it.operationId || mounted.has(it.operationId);
    const url = names.translate(it.path) + (it.query ? `?${names.translate(it.query)}` : '');
    let body = it.requestBody === undefined ? undefined : JSON.parse(names.translate(JSON.stringify(it.requestBody)));
    // Recorded 401s are the challenge that a client meets before it signs.
    const accept = it.version ? `application/vnd.atlas.${it.version}+json` : it.accept;
    const caller = it.status === 401 ? nobody : api;
    const send = async () => readable(await caller(it.method, url, body, { accept, binary: !!it.bodyEncoding }));
    const look = (answer: TestAnswer) =>
      (isThere ? differences(it, answer, compareShapes) : notThere(answer)).map((one) => ({
        ...{ exchange: `${it.suite}#${it.seq}`, operationId },
        ...one,
      }));
    let answer = await send();
    let found = look(answer);
    for (let name = refusedBy(answer); name && it.status < 300 && without[name]; name = refusedBy(answer)) {
      departures.push({ ...found[0]!, kind: 'refused', detail: name });
      const less = without[name]!(body);
      if (JSON.stringify(less) === JSON.stringify(body)) break;
      body = less;
      answer = await send();
      found = look(answer);
    }
    for (
      const end = Date.now() + patienceMs;
      it.method === 'GET' && found.some(surprises) && Date.now() < end;
      await wait(100)
    ) {
      answer = await send();
      found = look(answer);
    }
    names.learn(it.body, answer.body);
    departures.push(...found);
  }
  return departures;
}
