// Several writers hand unique keys over to each other, in transactions and without, while the rest is going on.
import { loose, numbered, type Scenario } from '../scenario.ts';

const HOLDERS = 24;

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(HOLDERS, (n) => ({ key: `k${n}`, pair: { a: n, b: 1 } })));
    await loose(db).createIndex({ key: 1 }, { unique: true });
    await loose(db).createIndex({ 'pair.a': 1, 'pair.b': 1 }, { unique: true, sparse: true });
  },
  async body({ client, db }) {
    const at = loose(db);
    const hand = async (worker: number) => {
      // Each its own documents: a conflict would only undo what is to be seen.
      const mine = Array.from({ length: HOLDERS / 4 }, (_, n) => worker * (HOLDERS / 4) + n);
      for (let round = 0; round < 6; round++) {
        const [a, b] = [mine[round % mine.length]!, mine[(round + 1) % mine.length]!];
        await client.withSession((session) =>
          session.withTransaction(async () => {
            const [x, y] = [await at.findOne({ _id: a }, { session }), await at.findOne({ _id: b }, { session })];
            await at.updateOne({ _id: a }, { $set: { key: `passing${worker}` } }, { session });
            await at.updateOne({ _id: b }, { $set: { key: x!.key } }, { session });
            await at.updateOne({ _id: a }, { $set: { key: y!.key } }, { session });
          }),
        );
        const { key, pair, n } = (await at.findOneAndDelete({ _id: b }))!;
        await at.insertOne({ _id: `${b} for a moment`, key, pair, n });
        await at.deleteOne({ _id: `${b} for a moment` });
        await at.insertOne({ _id: b, key, pair, n });
      }
    };
    await Promise.all([0, 1, 2, 3].map(hand));
  },
};
