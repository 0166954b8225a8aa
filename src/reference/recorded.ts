import { readFileSync } from 'node:fs';
import type { Described, DescribedVersion } from './describe.ts';
import { example } from './example.ts';

/** Answers that this server gave in its own tests, by operation and version; `npm run examples` writes them. */
export const recorded: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(new URL('./assets/examples.json', import.meta.url), 'utf8'),
);

/** Where the recorded answers say they were given. */
const RECORDED_AT = 'http://127.0.0.1:8080';

/** One item of what an operation answers: as it was given, or as its schema allows where no test has asked for it. */
export function replyExample({ id }: Described, { date, reply }: DescribedVersion, origin: string): unknown {
  const given = recorded[`${id} ${date}`];
  if (given === undefined) return example(reply!);
  return JSON.parse(JSON.stringify(given).replaceAll(RECORDED_AT, origin));
}
