import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestAnswer } from '../../../testing/caller.ts';
import { harness } from '../../../testing/house.ts';
import { link, progress, request } from '../../../testing/link.ts';
import { newProject, replicaSet } from '../../../testing/places.ts';
import type { Job } from './model.ts';

const { open } = harness();

const accept = (date: string) => ({ accept: `application/vnd.atlas.${date}+json` });
const [OLD, NEW] = ['2023-01-01', '2024-05-30'];

/** A destination that takes a migration at once, and a source for it; nobody works on what is ordered. */
async function stage() {
  const house = await open();
  const groupId = await newProject(house);
  await house.api('POST', `/groups/${groupId}/clusters`, replicaSet('target', 1));
  await house.state.db.collection('clusters').updateOne({}, { $set: { 'status.state': 'IDLE' } });
  const linked = await link(house);
  const { projectId } = (await linked.introduce()).body;
  const jobs = house.state.db.collection<Job>('migrationJobs');
  const asked = request(groupId, projectId);
  return { ...house, base: `/groups/${groupId}/liveMigrations`, linked, jobs, asked, groupId };
}

test('each operation answers in its newest version that is not after the one asked for', async () => {
  const { api, base, linked, jobs, asked } = await stage();
  /** By date asked for: the date answered, or the refusal. */
  const drops = { '2023-01-01': { dropEnabled: false }, '2024-05-30': {} };
  const dates: [asked: string, of: { twice?: string; once?: string }][] = [
    ['2022-12-31', {}],
    [OLD, { twice: OLD, once: OLD }],
    ['2023-10-01', { twice: OLD, once: OLD }],
    ['2024-05-29', { twice: OLD, once: OLD }],
    [NEW, { twice: NEW, once: OLD }],
    ['2025-02-19', { twice: NEW, once: OLD }],
  ];
  const held = (told: string, answer: TestAnswer, version: string | undefined, status: number) => {
    if (!version) return assert.deepEqual([answer.status, answer.body.errorCode], [406, 'INVALID_VERSION_DATE'], told);
    assert.equal(answer.status, status, `${told}: ${JSON.stringify(answer.body)}`);
    assert.match(String(answer.headers['content-type']), new RegExp(`vnd\\.atlas\\.${version}\\+json`), told);
    const isOld = version === OLD && /POST/.test(told);
    assert.equal(answer.headers.deprecation, isOld ? 'Thu, 30 May 2024 00:00:00 GMT' : undefined, told);
    assert.equal(answer.headers.sunset, isOld ? 'Thu, 1 Jul 2027 00:00:00 GMT' : undefined, told);
  };
  for (const [date, { twice, once }] of dates) {
    const body = { ...asked, ...(twice ? drops[twice as keyof typeof drops] : {}) };
    const validated = await api('POST', `${base}/validate`, body, accept(date));
    held(`POST validate ${date}`, validated, twice, 200);
    const created = await api('POST', base, body, accept(date));
    held(`POST create ${date}`, created, twice, 201);
    const [validation, id] = [validated.body._id, created.body._id ?? 'f'.repeat(24)];
    held(
      `GET validation ${date}`,
      await api('GET', `${base}/validate/${validation}`, undefined, accept(date)),
      once,
      200,
    );
    held(`GET ${date}`, await api('GET', `${base}/${id}`, undefined, accept(date)), once, 200);
    await jobs.updateOne({ _id: id }, { $set: { status: 'WORKING' } });
    await linked.report({ jobId: id, progress: progress() });
    held(`PUT cutover ${date}`, await api('PUT', `${base}/${id}/cutover`, undefined, accept(date)), once, 202);
    await linked.report({ jobId: id, done: {} });
  }
});

test('each version has its own word for dropping, and nothing else is taken in its place', async () => {
  const { api, base, jobs, asked } = await stage();
  const cases: [version: string, more: object, told: number | string, drop?: boolean][] = [
    [OLD!, { dropEnabled: true }, 200, true],
    [OLD!, { dropEnabled: false }, 200, false],
    [OLD!, {}, 'dropEnabled'],
    [OLD!, { dropEnabled: 'yes' }, 'dropEnabled'],
    [OLD!, { dropEnabled: true, dropDestinationData: true }, 'dropDestinationData'],
    [NEW!, { dropDestinationData: true }, 200, true],
    [NEW!, { dropDestinationData: false }, 200, false],
    [NEW!, {}, 200, false],
    [NEW!, { dropDestinationData: null }, 'dropDestinationData'],
    [NEW!, { dropEnabled: true }, 'dropEnabled'],
  ];
  for (const [version, more, told, drop] of cases) {
    for (const path of [`${base}/validate`, base]) {
      await jobs.deleteMany({});
      const { status, body } = await api('POST', path, { ...asked, ...more }, accept(version));
      const what = `${path} ${version} ${JSON.stringify(more)}: ${JSON.stringify(body)}`;
      if (typeof told === 'string') {
        assert.equal(status, 400, what);
        assert.ok(body.detail.includes(told), what);
        assert.equal(await jobs.countDocuments(), 0, what);
      } else {
        assert.equal(status, path === base ? 201 : told, what);
        assert.equal((await jobs.findOne({}))?.drop, drop, what);
      }
    }
  }
});

test('a Flex cluster takes no live migration', async () => {
  const { api, base, groupId, jobs, asked } = await stage();
  const providerSettings = { backingProviderName: 'AWS', regionName: 'US_EAST_1' };
  await api('POST', `/groups/${groupId}/flexClusters`, { name: 'flex', providerSettings }, accept('2024-11-13'));
  const destination = { ...asked.destination, clusterName: 'flex' };
  const refused = await api('POST', base, { ...asked, destination }, accept(NEW!));
  assert.deepEqual([refused.status, refused.body.errorCode], [400, 'VALIDATION_ERROR']);
  assert.match(refused.body.detail, /destination\.clusterName flex is a free or Flex cluster/);
  assert.equal(await jobs.countDocuments(), 0);
});

test('what the Atlas CLI sends for what was not said is taken as not said', async () => {
  const { api, base, jobs, asked } = await stage();
  const source = { ...asked.source, managedAuthentication: false, username: '', password: '', caCertificatePath: '' };
  const destination = { ...asked.destination, hostnameSchemaType: '', privateLinkId: null };
  const made = await api('POST', base, { ...asked, source, destination, sharding: null }, accept(NEW!));
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const job = (await jobs.findOne({}))!;
  assert.deepEqual([job.sealedLogin, job.caCertificatePath], [undefined, undefined]);
});
