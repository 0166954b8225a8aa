import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ other }) {
    for (let n = 0; n < 12; n++) await loose(other(`d${n}`)).insertMany(numbered(n + 1));
  },
  async body({ other }) {
    for (let n = 6; n < 18; n++)
      await loose(other(`d${n}`)).insertMany(numbered(3).map((it) => ({ ...it, _id: `new${it.n}` })));
    await other('d3').dropDatabase();
  },
};
