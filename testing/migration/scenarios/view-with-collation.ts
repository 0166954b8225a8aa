import type { Scenario } from '../scenario.ts';

const collation = { locale: 'de', strength: 1 };

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('before', { viewOn: 'c', pipeline: [], collation });
  },
  async body({ db }) {
    await db.createCollection('after', { viewOn: 'c', pipeline: [], collation });
  },
};
