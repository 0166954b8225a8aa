import { loose, numbered, type Scenario } from '../scenario.ts';

// Statements of a retryable write carry the same marks as those of a transaction, but each stands for itself.
export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(50));
  },
  async body({ client, db }) {
    const session = client.startSession();
    await loose(db).insertMany(
      numbered(500).map((it) => ({ ...it, _id: `r${it.n}` })),
      { session },
    );
    await loose(db).findOneAndUpdate({ _id: 7 }, { $set: { found: true } }, { session });
    await loose(db).findOneAndDelete({ _id: 8 }, { session });
    await session.endSession();
  },
};
