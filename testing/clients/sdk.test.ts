// Every generation of the Atlas Go SDK that people have in their programs, by API key and by service account.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSource } from '../../demo/source.ts';
import { mongodCache } from '../../src/main/up.ts';
import { findMongod } from '../../src/mongod/index.ts';
import { installation } from './installation.ts';
import { generations, run, scenario, withoutGo } from './sdk.ts';

const skip = withoutGo();
const telamon = await installation();
const mongod = await findMongod({ cacheDir: mongodCache(), log: () => {} });
const source = await startSource(join(telamon.dir, 'source'), mongod);
after(source.end);
await source.client
  .db('shop')
  .collection('orders')
  .insertMany(Array.from({ length: 1_000 }, (_, n) => ({ n })));

for (const generation of generations)
  test(`atlas-sdk/${generation.module}`, { skip }, async (t) => {
    const program = await scenario(telamon.dir, generation);
    for (const auth of ['digest', 'oauth'])
      await t.test(auth, async () => {
        const { code, output } = await run(program, ['-test.v', '-test.timeout=120s'], {
          ...telamon.environment,
          TELAMON_AUTH: auth,
          TELAMON_SOURCE: source.uri,
          TELAMON_COMMAND: [process.execPath, 'src/main/cli.ts'].join('\n'),
        });
        assert.equal(code, 0, output);
        const passed = output.match(/^--- PASS/gm)?.length ?? 0;
        assert.ok(passed >= 14, `only ${passed} tests ran:\n${output}`);
      });
  });
