import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { systemClock } from '../src/base/clock.ts';
import { createVault } from '../src/base/secrets.ts';
import { createHouse } from '../src/main/house.ts';
import { pages } from './docs.ts';
import { quiet } from './house.ts';

/** What the house mounts; it never connects to a store. */
function operations() {
  const clusterRoot = mkdtempSync(join(tmpdir(), 'telamon-docs-'));
  const client = new MongoClient('mongodb://127.0.0.1:1');
  try {
    return createHouse({
      state: { client, db: client.db('docs') },
      ...{ vault: createVault(Buffer.alloc(32)), clock: systemClock, log: quiet },
      mongod: { path: 'mongod', version: '0.0.0' },
      ...{ clusterRoot, rateLimits: true },
    }).operations;
  } finally {
    rmSync(clusterRoot, { recursive: true, force: true });
  }
}

// `npm run docs` is this file told to write.
test('the pages made from the code are fresh', () => {
  for (const [file, text] of Object.entries(pages(operations()))) {
    if (process.env.WRITE_DOCS) {
      mkdirSync('docs', { recursive: true });
      writeFileSync(file, text);
    }
    assert.ok(existsSync(file) && readFileSync(file, 'utf8') === text, `${file} is stale: run \`npm run docs\``);
  }
});

const blocks = (text: string) => [...text.matchAll(/^```[\s\S]*?^```/gm)].map((it) => it[0]);
const withoutComments = (block: string) => block.replaceAll(/ *#.*$/gm, '');
const headings = (text: string) => [...text.matchAll(/^#+ /gm)].map((it) => it[0]);

for (const [english, japanese] of [
  ['README.md', 'README.ja.md'],
  ['docs/concepts.md', 'docs/concepts.ja.md'],
] as const) {
  test(`${english} and its Japanese twin say the same: headings and commands`, () => {
    const [a, b] = [readFileSync(english, 'utf8'), readFileSync(japanese, 'utf8')];
    assert.deepEqual(headings(b), headings(a));
    // The picture's words differ, the commands do not.
    const commands = (text: string) =>
      blocks(text)
        .filter((it) => /^```\w/.test(it))
        .map(withoutComments);
    assert.deepEqual(commands(b), commands(a));
  });
}

test('every page that a page points to is there', () => {
  for (const file of ['README.md', 'README.ja.md', 'CONTRIBUTING.md', 'docs/concepts.md', 'docs/concepts.ja.md']) {
    const text = readFileSync(file, 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)#]+)/g)) {
      if (/^https?:/.test(target!)) continue;
      assert.ok(existsSync(join(file, '..', target!)), `${file} points to ${target}, which is not there`);
    }
  }
});
