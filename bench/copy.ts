// The engine's copy beside a plain driver copy of the same data, in one run.
import { type Document, MongoClient } from 'mongodb';
import { createMigration } from '../src/migration/index.ts';
import { quietLog } from './tools.ts';

const MEGABYTES = 200;
const BATCH = 1_000;

/** 1 KiB documents that do not compress to nothing. */
export async function fillSource(client: MongoClient, say: (line: string) => void): Promise<void> {
  const collection = client.db('bench').collection('documents');
  const text = () => Array.from({ length: 13 }, () => Math.random().toString(36).repeat(6).slice(0, 70)).join('');
  for (let n = 0; n < MEGABYTES * 1_000; n += BATCH * 5) {
    const batch: Document[] = Array.from({ length: BATCH * 5 }, (_, i) => ({ n: n + i, at: new Date(), text: text() }));
    await collection.insertMany(batch, { ordered: false });
  }
  say(`  ${await collection.countDocuments()} documents are in the source`);
}

export interface CopyFigures {
  megabytesPerSecond: number;
  documentsPerSecond: number;
  driverMegabytesPerSecond: number;
  timesDriver: number;
  cutoverSeconds: number;
}

export async function benchCopy(source: string, destination: string): Promise<CopyFigures> {
  const driver = await driverCopy(source, destination);
  const marks = { copying: 0, indexing: 0 };
  const migration = createMigration({
    ...{ id: 'bench', source, destination, drop: true, log: quietLog },
    onProgress: (p) => {
      if (p.phase === 'copying' || p.phase === 'indexing') marks[p.phase] ||= performance.now();
      if (p.readyForCutover) migration.cutover();
    },
  });
  const report = await migration.run();
  await migration.forget();
  const seconds = (marks.indexing - marks.copying) / 1_000;
  const megabytesPerSecond = report.bytes / 1e6 / seconds;
  return {
    megabytesPerSecond,
    documentsPerSecond: Math.round(report.documents / seconds),
    driverMegabytesPerSecond: driver,
    timesDriver: megabytesPerSecond / driver,
    cutoverSeconds: report.cutoverSeconds,
  };
}

async function driverCopy(from: string, to: string): Promise<number> {
  const [source, destination] = [new MongoClient(from), new MongoClient(to)];
  try {
    const read = source.db('bench').collection('documents');
    const write = destination.db('bench').collection('documents');
    const { size } = await source.db('bench').command({ collStats: 'documents' });
    const began = performance.now();
    let batch: Document[] = [];
    for await (const document of read.find({}, { batchSize: BATCH })) {
      batch.push(document);
      if (batch.length < BATCH) continue;
      await write.insertMany(batch, { ordered: false });
      batch = [];
    }
    if (batch.length) await write.insertMany(batch, { ordered: false });
    return size / 1e6 / ((performance.now() - began) / 1_000);
  } finally {
    await Promise.all([source.close(), destination.close()]);
  }
}
