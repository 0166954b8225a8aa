import { loose, numbered, type Scenario } from '../scenario.ts';

export const scenario: Scenario = {
  async seed({ db }) {
    await db.createCollection('zlib', { storageEngine: { wiredTiger: { configString: 'block_compressor=zlib' } } });
    await loose(db, 'zlib').insertMany(numbered(20));
    const storageEngine = { wiredTiger: { configString: 'prefix_compression=false' } };
    await loose(db, 'zlib').createIndex({ n: 1 }, { storageEngine });
  },
  async body({ db }) {
    await db.createCollection('none', {
      storageEngine: { wiredTiger: { configString: 'block_compressor=none' } },
      indexOptionDefaults: { storageEngine: { wiredTiger: { configString: 'prefix_compression=true' } } },
    });
    await loose(db, 'none').insertMany(numbered(20));
  },
};
