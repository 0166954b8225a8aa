// A house in which each operation that changes something is called once: see ../events.test.ts.
import type { EventType } from '../../src/contract/event-types.ts';
import type { TestAnswer } from '../caller.ts';
import type { TestHouse } from '../house.ts';

/** A house in which the acts below follow one another; `kept` is what later ones need of earlier ones. */
export interface Stage extends TestHouse {
  org: string;
  group: string;
  kept: Record<string, string>;
}

/** What a call leaves behind. */
export type Act = [events: EventType[], call: (it: Stage) => Promise<TestAnswer>];

/** By operation, in the order in which they are tried. */
export type Acts = Record<string, Act>;

export const own = '/api/telamon/v1';
export const account = { name: 'ci', description: 'tests', roles: ['ORG_MEMBER'], secretExpiresAfterHours: 8 };

/** Calls and keeps something of the answer. */
export const keep =
  (name: string, of: (body: never) => string, call: Act[1]): Act[1] =>
  async (it) => {
    const answer = await call(it);
    it.kept[name] = of(answer.body as never);
    return answer;
  };
