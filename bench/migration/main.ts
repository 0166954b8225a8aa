// `npm run bench:migration`: the migration's part of docs/performance.md. `-- --json` ends with one JSON line,
// `-- --write` writes the page's section, `-- --scale 0.1` takes less data, `-- --only copy|changes` half of it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mongodCache } from '../../src/main/up.ts';
import { findMongod } from '../../src/mongod/index.ts';
import { writeSection } from '../section.ts';
import { type ChangesRun, changesRun } from './changes.ts';
import { type Dataset, datasets, fill } from './data.ts';
import { type Pair, startPair } from './deployments.ts';
import { driverSeconds } from './driver.ts';
import { type CopyRun, copyRun } from './engine.ts';
import { tlsFloor } from './floor.ts';
import { limitOf } from './limit.ts';
import { type CopyFigures, jsonLine, section } from './section.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const scale = Number(flags.scale);

/** Limit, engine and driver in turn, so that whatever else the machine does falls on all of them. */
async function measureCopy(
  { source, destination, certificates }: Pair,
  it: Dataset,
  how: 'plain' | 'secure',
): Promise<CopyFigures> {
  const limits: number[] = [];
  const copies: CopyRun[] = [];
  const driver: number[] = [];
  const afresh = () => destination.client.db(it.db).dropDatabase();
  for (let round = 0; round < Number(flags.rounds); round++) {
    await afresh();
    limits.push(await limitOf(source[how], destination[how], it));
    await afresh();
    const copied = await copyRun(source[how], destination[how]);
    copies.push(how === 'secure' ? { ...copied, floorPerGB: await tlsFloor(certificates) } : copied);
    await afresh();
    driver.push(await driverSeconds(source[how], destination[how], it));
    const [limit, copy] = [limits.at(-1)! / 1e6, copies.at(-1)!];
    say(
      `  ${it.title}, ${how}: limit ${limit.toFixed(1)} MB/s, copy ${(copy.bytesPerSecond / 1e6).toFixed(1)} MB/s, ${copy.cpuSecondsPerGB.toFixed(2)} CPU s/GB (TLS alone ${copy.floorPerGB.toFixed(2)}), ${copy.rssMB} MB, driver ${driver.at(-1)!.toFixed(1)} s against ${copy.seconds.toFixed(1)} s`,
    );
  }
  await afresh();
  return { title: it.title, how, collections: it.collections, limits, copies, driver };
}

const { path, version } = await findMongod({ cacheDir: mongodCache(), log: say });
const pair = await startPair(mkdtempSync(join(tmpdir(), 'telamon-bench-migration-')), path);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void pair.end().finally(() => process.exit(130)));
try {
  const copies: CopyFigures[] = [];
  for (const it of flags.only === 'changes' ? [] : datasets(scale)) {
    say(`${it.title} ...`);
    await fill(pair.source.client, it);
    for (const how of ['plain', 'secure'] as const) copies.push(await measureCopy(pair, it, how));
    await pair.source.client.db(it.db).dropDatabase();
  }
  let changes: ChangesRun | undefined;
  if (flags.only !== 'copy') {
    say('changes ...');
    changes = await changesRun(pair, Math.round(150_000 * scale));
    say(JSON.stringify(changes));
  }
  if (copies.length && changes) {
    const text = section(copies, changes, version);
    if (flags.write) writeSection(text);
    if (flags.json) process.stdout.write(`${jsonLine(copies, changes)}\n`);
    else process.stdout.write(text);
  }
} finally {
  await pair.end();
}
