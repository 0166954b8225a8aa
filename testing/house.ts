// The really assembled house for tests: a real state store per file, a database of its own per test, requests by inject.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '../src/base/clock.ts';
import { type DataDirectory, openDataDirectory } from '../src/main/data-directory.ts';
import { OPERATOR, operatorPassword } from '../src/main/directory.ts';
import { createHouse, type House, type HouseOptions } from '../src/main/house.ts';
import type { FirstOwner } from '../src/main/installation.ts';
import type { ClusterSettings } from '../src/main/rooms/clusters.ts';
import { embeddedState, type OpenState } from '../src/main/state-store.ts';
import { mongodCache } from '../src/main/up.ts';
import { type Binary, findMongod } from '../src/mongod/index.ts';
import { createCaller, type TestCaller } from './caller.ts';
import { createObserver, type Observer } from './conformance/observe.ts';

export interface TestHouse extends House {
  owner: FirstOwner;
  /** The first owner, by its key. */
  api: TestCaller;
  /** A caller with another key, or nobody's. */
  as(key: { publicKey: string; privateKey: string }): TestCaller;
  operator: TestCaller;
  state: OpenState;
  /** The same installation started once more, its controllers at work; the one before must be stopped or idle. */
  reopen(): Promise<TestHouse>;
}

export interface Harness {
  /** A house with a state of its own; with `running` its controllers work too. */
  open(opts?: {
    running?: boolean;
    clock?: { now(): Date };
    rateLimits?: boolean;
    /** Off, so that no test ends with a version of the interface that it speaks. */
    sunsets?: boolean;
    clusterSettings?: ClusterSettings;
    limits?: HouseOptions['limits'];
    signInFailures?: HouseOptions['signInFailures'];
    alertsMs?: number;
  }): Promise<TestHouse>;
  data: DataDirectory;
  mongod: Binary;
}

export const quiet = pino({ level: process.env.TELAMON_TEST_LOG ?? 'silent' }, pino.destination(2));

/** Starts and ends what the tests of a file share. */
export function harness(): Harness {
  const root = mkdtempSync(join(tmpdir(), 'telamon-test-'));
  const shared = {} as { data: DataDirectory; mongod: Binary; state: OpenState; observer: Observer };
  const houses: House[] = [];
  let count = 0;
  before(async () => {
    shared.data = openDataDirectory(join(root, 'data'));
    shared.mongod = await findMongod({ cacheDir: mongodCache(), log: () => {} });
    shared.observer = await createObserver();
    shared.state = await embeddedState(shared.data, shared.mongod.path);
    await shared.state.ready;
    // It goes by the real clock, and would take away at some moment what is not over by the clock of a test.
    await shared.state.client.db('admin').command({ setParameter: 1, ttlMonitorEnabled: false });
  });
  after(async () => {
    for (const house of houses) {
      await house.stop();
      await house.dismantle();
    }
    await shared.state?.close();
    rmSync(root, { recursive: true, force: true });
    shared.observer.settle();
  });
  return {
    get data() {
      return shared.data;
    },
    get mongod() {
      return shared.mongod;
    },
    async open({ running = false, clock = systemClock, rateLimits = false, sunsets = false, ...more } = {}) {
      const name = `test${++count}`;
      const state = { ...shared.state, db: shared.state.client.db(name) };
      const start = async (works: boolean): Promise<TestHouse> => {
        const house = createHouse({
          ...{ state, vault: shared.data.vault, clock, log: quiet, mongod: shared.mongod },
          clusterRoot: join(root, name),
          rateLimits,
          sunsets,
          ...more,
        });
        houses.push(house);
        shared.observer.watch(house.app, house.operations);
        const { owner } = await house.prepare();
        if (works) house.start();
        const as: TestHouse['as'] = (key) => createCaller(house.app, key.publicKey, key.privateKey);
        const operator = createCaller(house.app, OPERATOR, operatorPassword(shared.data.vault));
        return { ...house, owner, state, as, api: as(owner), operator, reopen: () => start(true) };
      };
      return start(running);
    },
  };
}
