import { loose, type Scenario } from '../scenario.ts';

// Documents that break the rules of their collection are content like any other.
const validator = { n: { $type: 'int' } };

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('warns', { validator, validationAction: 'warn', validationLevel: 'moderate' });
    await loose(db, 'warns').insertOne({ n: 'text' });
    await db.createCollection('strict', { validator: { $jsonSchema: { bsonType: 'object', required: ['n'] } } });
    await loose(db, 'strict').insertOne({ a: 1 }, { bypassDocumentValidation: true });
    await loose(db, 'set later').insertOne({ n: 'text' });
    await db.createCollection('unset later', { validator, validationLevel: 'off' });
  },
  async body({ db }) {
    await loose(db, 'warns').insertMany([{ n: 'more text' }, { n: 1 }]);
    await loose(db, 'strict').insertOne({ b: 1 }, { bypassDocumentValidation: true });
    await loose(db, 'strict').updateMany({}, { $set: { c: 1 } }, { bypassDocumentValidation: true });
    await db.command({ collMod: 'set later', validator, validationAction: 'error' });
    await db.command({ collMod: 'unset later', validator: {} });
    await db.createCollection('new', { validator: { $expr: { $gt: ['$a', '$b'] } }, validationLevel: 'moderate' });
    await loose(db, 'new').insertOne({ a: 1, b: 2 }, { bypassDocumentValidation: true });
  },
};
