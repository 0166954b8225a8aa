import assert from 'node:assert/strict';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sizes } from '../src/areas/clusters/sizes.ts';
import { honoured } from '../src/areas/clusters/wire.ts';
import { describe } from '../src/reference/describe.ts';
import { isParameterKnown } from '../src/reference/parameters.ts';
import { isDescribed } from '../src/reference/texts.ts';
import { pages } from './docs.ts';
import { mountedOperations } from './mounted.ts';

// `npm run docs` is this file told to write.
test('the pages made from the code are fresh', () => {
  for (const [file, text] of Object.entries(pages(mountedOperations()))) {
    if (process.env.WRITE_DOCS) {
      mkdirSync('docs', { recursive: true });
      writeFileSync(file, text);
    }
    assert.ok(existsSync(file) && readFileSync(file, 'utf8') === text, `${file} is stale: run \`npm run docs\``);
  }
});

// Writing the pages must not wait for words, which come with the last step of an operation.
const writes = process.env.WRITE_DOCS !== undefined && 'the pages are being written';

test('every operation and every parameter is described in English and Japanese', { skip: writes }, () => {
  const untold = mountedOperations().filter(({ id }) => !isDescribed(id));
  assert.deepEqual(
    untold.map(({ id }) => id),
    [],
    'say what they do in src/reference/texts/, in both languages, in the table of their tag',
  );
  const parameters = mountedOperations().flatMap((it) =>
    describe(it).parameters.filter(({ name }) => !isParameterKnown(name)),
  );
  assert.deepEqual(
    [...new Set(parameters.map(({ name }) => name))],
    [],
    'say what they are in src/reference/parameters.ts',
  );
});

const blocks = (text: string) => [...text.matchAll(/^```[\s\S]*?^```/gm)].map((it) => it[0]);
const withoutComments = (block: string) => block.replaceAll(/ *#.*$/gm, '');
const headings = (text: string) => [...text.matchAll(/^#+ /gm)].map((it) => it[0]);

for (const [english, japanese] of [
  ['README.md', 'README.ja.md'],
  ['docs/concepts.md', 'docs/concepts.ja.md'],
  ['docs/live-migrations.md', 'docs/live-migrations.ja.md'],
  ['docs/access.md', 'docs/access.ja.md'],
  ['docs/clusters.md', 'docs/clusters.ja.md'],
  ['docs/cloud-only.md', 'docs/cloud-only.ja.md'],
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

test('the page of what a cloud alone can do names every attribute that is refused, in both languages', () => {
  for (const file of ['docs/cloud-only.md', 'docs/cloud-only.ja.md']) {
    const text = readFileSync(file, 'utf8');
    for (const name of Object.keys(honoured)) assert.ok(text.includes(`\`${name}\``), `${file} lacks ${name}`);
    assert.equal(text.match(/^\| /gm)?.length, readFileSync('docs/cloud-only.md', 'utf8').match(/^\| /gm)?.length);
  }
});

test('the pages of the clusters show the table of instance sizes as it is', () => {
  const rows = Object.entries(sizes).map(
    ([number, it]) => `| ${number} | ${it.cacheGB} | ${it.maxConnections} | ${it.diskSizeGB} |`,
  );
  for (const file of ['docs/clusters.md', 'docs/clusters.ja.md'])
    assert.ok(readFileSync(file, 'utf8').includes(rows.join('\n')), file);
});

test('every page that a page points to is there', () => {
  for (const file of ['README.md', 'README.ja.md', 'CONTRIBUTING.md', ...globSync('docs/*.md')]) {
    const text = readFileSync(file, 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)#]+)/g)) {
      if (/^https?:/.test(target!)) continue;
      assert.ok(existsSync(join(file, '..', target!)), `${file} points to ${target}, which is not there`);
    }
  }
});
