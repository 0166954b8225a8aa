import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

/** Rooms from the roof down: a file imports only from its own room and from rooms below it. */
const floors = [
  'main',
  'agent',
  'areas',
  'reference',
  'kernel',
  'reconcile',
  'migration',
  'mongod',
  'contract',
  'base',
];

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((m) =>
    normalize(join(dirname(file), m[1]!)),
  );

test('every import points down the house', () => {
  const wrong: string[] = [];
  for (const file of globSync('src/**/*.ts')) {
    const room = file.split('/')[1]!;
    assert.ok(floors.includes(room), `${file} stands in no known room`);
    for (const target of importsOf(file)) {
      const there = target.split('/')[1]!;
      if (file.endsWith('.test.ts')) continue;
      if (floors.indexOf(there) < floors.indexOf(room)) wrong.push(`${file} -> ${target}`);
      const [area, otherArea] = [file.split('/')[2], target.split('/')[2]];
      if (room === 'areas' && there === 'areas' && area !== otherArea && !target.endsWith('/questions.ts'))
        wrong.push(`${file} -> ${target} (areas meet only through questions.ts)`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('no file needs itself, by whatever way around', () => {
  const files = globSync('{src,demo,bench,testing}/**/*.ts').filter((it) => !it.endsWith('.test.ts'));
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
    if (way.includes(file) || done.has(file)) return;
    for (const target of importsOf(file)) follow(target, [...way, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
  assert.deepEqual(circles, []);
});
