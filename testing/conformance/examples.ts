// Answers that the tests saw, as examples for the reference: `npm run examples` keeps one of each operation and version.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLE_ID } from '../../src/reference/example.ts';

type Json = unknown;
const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const SECRET = /(privateKey|secret|password|token|apiKey|licenseKey|webhook\w*)$/i;
/** What the files of examples begin with. */
export const EXAMPLES = 'examples-';
const HIDDEN = 'shown once';

/** What varies from run to run or must not be kept, made the same each time. */
function settled(text: string): string {
  return text
    .replaceAll(/\/\/[^/@\s]+@/g, '//user:password@')
    .replaceAll(/[a-f0-9]{24}(?![a-f0-9])/g, EXAMPLE_ID)
    .replaceAll(/mdb_sa_sk_\.{3}\w+/g, 'mdb_sa_sk_...abcd')
    .replaceAll(/mdb_sa_sk_[\w-]+/g, HIDDEN)
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '00000000-0000-4000-8000-000000000000')
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z/g, '2026-01-31T12:00:00Z')
    .replaceAll(/http:\/\/localhost(:\d+)?(?=\/)/g, 'http://127.0.0.1:8080')
    .replaceAll(/127\.0\.0\.1:(?!8080)\d+/g, '127.0.0.1:27017')
    .replaceAll(/(?<=-)0x[0-9a-f]+|\/tmp\/[^\s"]+/g, '/data')
    .slice(0, 400);
}

export function kept(value: Json, key = ''): Json {
  if (typeof value === 'string') return SECRET.test(key) ? HIDDEN : key === 'publicKey' ? 'abcdefgh' : settled(value);
  if (Array.isArray(value)) return value.slice(0, 3).map((it) => kept(it, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, kept(it, name)]));
}

/** All that either of two answers of one operation has: attributes that are only sometimes there are shown too. */
export function joined(a: Json, b: Json): Json {
  if (a === undefined || a === null || a === '') return b;
  if (isObject(a) && isObject(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return Object.fromEntries(names.map((name) => [name, joined(a[name], b[name])]));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    if (!a.length) return b;
    return isObject(a[0]) && isObject(b[0]) ? [joined(a[0], b[0]), ...a.slice(1)] : a;
  }
  return a;
}

/** Makes the reference's examples of what all files of the suite have seen. */
export function writeExamples(directory: string): number {
  const examples = new Map<string, Json>();
  for (const file of readdirSync(directory)
    .filter((it) => it.startsWith(EXAMPLES))
    .sort())
    for (const line of readFileSync(join(directory, file), 'utf8').split('\n').filter(Boolean)) {
      const [key, value] = JSON.parse(line) as [string, Json];
      examples.set(key, joined(examples.get(key), value));
    }
  const sorted = Object.fromEntries([...examples].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync('src/reference/assets/examples.json', `${JSON.stringify(sorted, null, 1)}\n`);
  return 0;
}
