// What every step of the demo uses: its heading, its claims, its lines.
import { setTimeout as wait } from 'node:timers/promises';
import { styleText } from 'node:util';
import { ApiFailed } from '../src/base/api-client.ts';

const tty = process.stdout.isTTY ?? false;
const paint = (style: Parameters<typeof styleText>[0], text: string) => (tty ? styleText(style, text) : text);

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

const STEPS = 10;
let number = 0;

export function step(title: string): void {
  number++;
  say(`\n${paint('bold', `[${number}/${STEPS}] ${title}`)}`);
}

/** A claim that did not hold; the demo ends with it. */
export class DoesNotHold extends Error {}

export function holds(condition: boolean, claim: string): void {
  if (!condition) throw new DoesNotHold(`This does not hold: ${claim}`);
  say(`  ${paint('green', '✓')} ${claim}`);
}

/** The call must be refused with this status and code; shows how. */
export async function refused(
  what: string,
  status: number,
  code: string,
  call: () => Promise<unknown>,
): Promise<ApiFailed> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof ApiFailed)) throw error;
    const { detail } = (error.body ?? {}) as { detail?: string };
    if (error.status !== status || error.code !== code)
      throw new DoesNotHold(`${what} should be refused with ${status} ${code}, and was with ${error.message}`);
    say(`  ${paint('green', '✓')} ${what} is refused: ${status} ${code}${detail ? ` – ${detail}` : ''}`);
    return error;
  }
  throw new DoesNotHold(`${what} should be refused with ${status} ${code}, and was not`);
}

export const seconds = (since: number): string => `${((Date.now() - since) / 1_000).toFixed(1)} s`;

/** Asks until the answer is as wanted: long work has no event over HTTP. */
export async function until<T>(ask: () => Promise<T>, wanted: (it: T) => boolean, limitMs = 120_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; await wait(200)) {
    const it = await ask();
    if (wanted(it)) return it;
    if (Date.now() > end)
      throw new DoesNotHold(`waited ${limitMs / 1_000} s in vain; the last answer: ${JSON.stringify(it)}`);
  }
}
