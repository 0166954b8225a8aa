/** What is copied. Texts are random, so that they do not compress to nothing. */
import type { Document, MongoClient } from 'mongodb';

export interface Dataset {
  title: string;
  db: string;
  collections: number;
  /** Documents in each collection. */
  documents: number;
  make(n: number): Document;
}

const words = Array.from({ length: 4_000 }, () =>
  Math.random()
    .toString(36)
    .slice(2, 4 + Math.floor(Math.random() * 8)),
);
function text(length: number): string {
  let out = '';
  while (out.length < length) out += `${words[Math.floor(Math.random() * words.length)]} `;
  return out.slice(0, length);
}

export const datasets = (scale: number): Dataset[] => [
  {
    ...{ title: 'documents of 1 KiB', db: 'kibibyte', collections: 1, documents: 300_000 * scale },
    make: (n) => ({ n, at: new Date(), score: Math.random(), tags: [text(6), text(7)], body: text(880), o: { a: 1 } }),
  },
  {
    ...{ title: 'documents of 150 bytes', db: 'small', collections: 1, documents: 800_000 * scale },
    make: (n) => ({ n, t: new Date(), v: Math.random(), s: text(70), ok: true }),
  },
  {
    ...{ title: '200 small collections', db: 'many', collections: 200, documents: 2_000 * scale },
    make: (n) => ({ n, name: text(30), at: new Date(), q: Math.random(), desc: text(250), l: [1, 2, 3, 4] }),
  },
];

const BATCH = 5_000;

export async function fill(client: MongoClient, it: Dataset): Promise<void> {
  for (let c = 0; c < it.collections; c++) {
    const collection = client.db(it.db).collection(`c${c}`);
    for (let from = 0; from < it.documents; from += BATCH) {
      const length = Math.min(BATCH, it.documents - from);
      await collection.insertMany(
        Array.from({ length }, (_, n) => it.make(from + n)),
        { ordered: false },
      );
    }
  }
}
