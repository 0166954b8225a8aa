// The reference's Go programs are compiled with the generation of the SDK that each of them names.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { describe } from '../../src/reference/describe.ts';
import { goCallOf, samplesOf } from '../../src/reference/samples.ts';
import { mountedOperations } from '../mounted.ts';
import { compiles, withoutGo } from './sdk.ts';

test('every Go program of the reference compiles', { skip: withoutGo() }, async (t) => {
  const programs = mountedOperations().flatMap((operation) => {
    const it = describe(operation);
    return it.versions.flatMap((version) => {
      const sample = samplesOf(it, version, 'http://127.0.0.1:8080').find(({ client }) => client === 'Go SDK');
      return sample ? [{ generation: `v${goCallOf(it, version)!.generation}`, text: sample.code }] : [];
    });
  });
  t.diagnostic(`${programs.length} programs`);
  assert.ok(programs.length > 50);
  const work = mkdtempSync(join(tmpdir(), 'telamon-samples-'));
  try {
    await compiles(work, programs);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});
