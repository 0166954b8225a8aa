// Begun by an application that then forgets about it: it is neither waited for nor copied.
import type { ClientSession } from 'mongodb';
import { loose, numbered, type Scenario } from '../scenario.ts';

const left = new Map<string, ClientSession>();

export const scenario: Scenario = {
  async seed({ db }) {
    await loose(db).insertMany(numbered(10));
  },
  async body({ client, db }) {
    const session = client.startSession();
    session.startTransaction();
    await loose(db).updateOne({ _id: 1 }, { $set: { never: true } }, { session });
    await loose(db).insertOne({ _id: 'never' }, { session });
    await loose(db).updateOne({ _id: 2 }, { $set: { meanwhile: true } });
    left.set(db.databaseName, session);
  },
  async after({ db }) {
    const session = left.get(db.databaseName)!;
    await session.abortTransaction();
    await session.endSession();
  },
};
