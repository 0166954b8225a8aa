// What Atlas's recorded answers say in their headers, against what is mounted here.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { javaMethod } from '../src/contract/java-methods.ts';
import { rateBuckets } from '../src/contract/rate-limits.ts';
import { httpDate, type Version } from '../src/contract/versions.ts';
import { bucketOf } from '../src/kernel/rate-limit.ts';
import { mountedOperations } from './mounted.ts';

const file = '../shared/atlas/recorded/given.jsonl';
const skip = existsSync(file) ? false : 'the recorded exchanges are not beside the repository';

interface Exchange {
  operationId: string | null;
  version: Version | null;
  status: number;
  headers: Record<string, string>;
}

test('buckets, deprecations and methods are those of the recorded answers', { skip }, () => {
  const exchanges: Exchange[] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const operations = new Map(mountedOperations().map((it) => [it.id, it]));
  let held = 0;
  const wrong = new Set<string>();
  for (const { operationId, version: date, headers } of exchanges) {
    const it = operations.get(operationId ?? '');
    if (!it || !date || !headers['ratelimit-limit']) continue;
    held++;
    const capacity = String(rateBuckets[bucketOf(it)].capacity);
    if (headers['ratelimit-limit'] !== capacity)
      wrong.add(`${it.id} takes from a bucket of ${capacity}, recorded: ${headers['ratelimit-limit']}`);
    if (javaMethod(it.id, date) !== headers['x-java-method'])
      wrong.add(`${it.id} is ${javaMethod(it.id, date)}, recorded: ${headers['x-java-method']}`);
    // Refusals are not dated by the version that was chosen.
    const version = /vnd/.test(headers['content-type'] ?? '') ? it.versions[date] : undefined;
    if (!version) continue;
    const { by, sunset } = version.deprecated ?? {};
    const said = [by && httpDate(by), sunset && httpDate(sunset)].join(' | ');
    const recorded = [headers.deprecation, headers.sunset].join(' | ');
    if (said !== recorded) wrong.add(`${it.id} ${date} says ${said}, recorded: ${recorded}`);
  }
  assert.ok(held > 100, `${held} answers`);
  assert.deepEqual([...wrong], []);
});
