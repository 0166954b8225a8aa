import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigMember, type Host, nextStep } from './index.ts';

const at = (port: number, votes: 0 | 1 = 1, priority = votes ? 7 : 0): Host => ({
  ...{ host: '127.0.0.1', port, priority, votes },
  tags: { region: `r${port}` },
});
const configOf = (hosts: readonly Host[]): ConfigMember[] =>
  hosts.map(({ port, priority, votes, tags }, _id) => ({
    ...{ _id, host: `127.0.0.1:${port}`, priority: priority!, votes: votes!, hidden: false },
    ...(tags ? { tags } : {}),
  }));
const votersOf = (members: readonly ConfigMember[]) => new Set(members.filter((it) => it.votes).map((it) => it.host));

const minus = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].filter((it) => !b.has(it));

/** Takes every step as mongod would, and holds what mongod demands of each. */
function walk(from: readonly Host[], to: readonly Host[], primaryPort = from[0]!.port): string[] {
  let config = { version: 1, members: configOf(from) };
  let primary = `127.0.0.1:${primaryPort}`;
  const healthy = new Set(config.members.map((it) => it.host));
  const steps: string[] = [];
  for (let n = 0; n < 50; n++) {
    const step = nextStep(config, to, { primary, healthy });
    steps.push(step.do);
    if (step.do === 'nothing') {
      assert.deepEqual(
        config.members.map(({ host, votes, priority }) => [host, votes, priority]).sort(),
        configOf(to)
          .map(({ host, votes, priority }) => [host, votes, priority])
          .sort(),
      );
      return steps;
    }
    if (step.do === 'wait') for (const host of step.hosts) healthy.add(host);
    if (step.do === 'step down') {
      const next = config.members.find((it) => it.votes && it.host !== primary);
      assert.ok(next, 'somebody must be able to take over');
      primary = next.host;
    }
    if (step.do === 'configure') {
      const [before, after] = [votersOf(config.members), votersOf(step.members)];
      const [gained, gone] = [minus(after, before), minus(before, after)];
      const moved = [...gained, ...gone];
      assert.ok(moved.length <= 1, `votes change one at a time, not ${moved}`);
      assert.ok(after.size >= Math.min(before.size, to.filter((it) => it.votes).length), 'never fewer than at the end');
      for (const it of gained) assert.ok(healthy.has(it), `${it} votes before it has caught up`);
      const there = step.members.find((it) => it.host === primary);
      assert.ok(there?.votes && there.priority > 0, 'the primary that reconfigures stays electable');
      assert.equal(new Set(step.members.map((it) => it._id)).size, step.members.length);
      config = { version: config.version + 1, members: step.members };
    }
  }
  assert.fail(`no end: ${steps}`);
}

const ports = (...list: number[]) => list.map((it) => at(it));

test('members come with no vote, get one when they have caught up, and only then others go', () => {
  assert.deepEqual(walk(ports(1), ports(1)), ['nothing']);
  walk(ports(1), ports(1, 2, 3));
  walk(ports(1, 2, 3), ports(1));
  walk(ports(1, 2, 3), ports(4, 5, 6));
  walk(ports(1), ports(2));
  walk(ports(1, 2, 3, 4, 5), ports(1, 2, 3, 6, 7, 8, 9));
  walk([...ports(1, 2, 3), at(4, 0), at(5, 0)], [...ports(4, 5, 6), at(1, 0)]);
  const moved = walk(ports(1, 2, 3), ports(2, 3, 4));
  assert.equal(moved.filter((it) => it === 'step down').length, 1);
});

test('the primary goes last, whichever it is', () => {
  for (const primary of [1, 2, 3]) walk(ports(1, 2, 3), ports(3), primary);
  assert.ok(!walk(ports(1, 2, 3), ports(3), 3).includes('step down'));
});

test('priorities and tags alone are one step', () => {
  const from = ports(1, 2, 3);
  const to = from.map((it, n) => ({ ...it, priority: 7 - n, tags: { region: 'elsewhere' } }));
  assert.deepEqual(walk(from, to), ['configure', 'nothing']);
});
