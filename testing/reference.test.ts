import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { fastify } from 'fastify';
import type { VersionDate } from '../src/contract/versions.ts';
import { describe } from '../src/reference/describe.ts';
import { mountReference } from '../src/reference/mount.ts';
import { recorded } from '../src/reference/recorded.ts';
import { samplesOf } from '../src/reference/samples.ts';
import { languages } from '../src/reference/text.ts';
import { harness } from './house.ts';
import { mountedOperations } from './mounted.ts';

const { open } = harness();
const operations = mountedOperations();
const pages = fastify();
mountReference(pages as never, { operations, publicUrl: 'http://127.0.0.1:8080', version: '1.0.0' });
const get = (url: string, headers = {}) => pages.inject({ url, headers });
const shell = promisify(execFile);

test('the reader gets the language that the browser asks for', async () => {
  for (const [accepted, language] of [
    ['ja,en;q=0.5', 'ja'],
    ['de-DE, en-GB', 'en'],
    ['', 'en'],
  ] as const)
    assert.equal((await get('/docs', { 'accept-language': accepted })).headers.location, `/docs/${language}/`);
});

test('every operation has its page in both languages: parameters, bodies, answers, errors and samples', async () => {
  for (const language of languages)
    for (const it of operations.map(describe)) {
      const { statusCode, payload, headers } = await get(`/docs/${language}/${it.id}`);
      assert.equal(statusCode, 200);
      assert.match(payload, new RegExp(`<html lang="${language}">`));
      for (const name of it.parameters.map((one) => one.name))
        assert.ok(payload.includes(`<code class="name">${name}</code>`), `${it.id} ${name}`);
      for (const { date, raw, mediaType, body } of it.versions) {
        assert.ok(payload.includes(`data-version="${date}"`), `${it.id} ${date}`);
        for (const type of [...raw, ...(body ? [mediaType] : [])])
          assert.ok(payload.includes(type), `${it.id} ${type}`);
      }
      for (const [status] of it.errors) assert.ok(payload.includes(`<code>${status}</code>`), `${it.id} ${status}`);
      assert.ok(payload.includes('data-client="curl, Digest"'), it.id);
      // Works offline and under a policy that allows nothing inline.
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'none'; style-src 'self'; script-src 'self'/,
      );
      assert.doesNotMatch(payload, /<(script|link|img)[^>]*(src|href)="(?!\/docs\/)|<style|\sstyle=|\son\w+="/);
    }
});

test('the recorded answers are of operations and versions that are there, and as their schemas say', () => {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  for (const [key, answer] of Object.entries(recorded)) {
    const [id, date] = key.split(' ') as [string, VersionDate];
    const version = operations.find((it) => it.id === id)?.versions[date];
    assert.ok(version?.reply, `${key} is no longer answered: run \`npm run examples\``);
    assert.ok(ajv.validate(version.reply, answer), `${key}: ${ajv.errorsText()}: run \`npm run examples\``);
    assert.doesNotMatch(JSON.stringify(answer), /mdb_sa_sk_\w|BEGIN .*PRIVATE KEY/, key);
  }
});

test('the names that clients give to calls are kept for those that are mounted alone', () => {
  const nameless = (route: string) => route.replaceAll(/\{\w+\}/g, '{}');
  const ids = new Set(operations.map((it) => it.id));
  const routes = new Set(operations.map((it) => nameless(it.route)));
  const firsts = (name: string) =>
    readFileSync(`src/reference/assets/${name}.tsv`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0]!);
  const mend = 'run node scripts/client-names.mjs';
  assert.deepEqual(
    firsts('atlas-cli').filter((it) => !ids.has(it)),
    [],
    mend,
  );
  assert.deepEqual(
    firsts('go-sdk').filter((it) => !routes.has(nameless(it))),
    [],
    mend,
  );
});

test('what a reader puts into the search is shown as text', async () => {
  const { payload } = await get('/docs/en/?q=%3Cscript%3Ealert(1)%3C/script%3E');
  assert.doesNotMatch(payload, /<script>alert/);
  const found = (await get('/docs/en/?q=link+token')).payload.split('<main')[1]!;
  assert.match(found, /createOrgLiveMigrationLinkToken/);
  assert.doesNotMatch(found, /createGroupCluster"/);
  assert.equal((await get('/docs/en/none')).statusCode, 404);
});

test('the lines of curl run as they are printed', async () => {
  const house = await open();
  const origin = await house.app.listen({ port: 0, host: '127.0.0.1' });
  const env = {
    ...process.env,
    MONGODB_ATLAS_ORG_ID: house.owner.orgId,
    MONGODB_ATLAS_PROJECT_ID: '',
    MONGODB_ATLAS_PUBLIC_KEY: house.owner.publicKey,
    MONGODB_ATLAS_PRIVATE_KEY: house.owner.privateKey,
    MONGODB_ATLAS_CLIENT_ID: house.owner.clientId,
    MONGODB_ATLAS_CLIENT_SECRET: house.owner.clientSecret,
  };
  const clients = [
    'curl, Digest',
    ...((await shell('jq', ['--version']).catch(() => undefined)) ? ['curl, Bearer'] : []),
  ];
  for (const client of clients) {
    const run = async (id: string) => {
      const described = describe(house.operations.find((it) => it.id === id)!);
      const sample = samplesOf(described, described.versions[0]!, origin).find((it) => it.client === client)!;
      const { stdout } = await shell('bash', ['-c', sample.code], { env });
      const [head, body = ''] = stdout.slice(stdout.lastIndexOf('HTTP/1.1 ')).split(/\r\n\r\n/);
      assert.match(head!, /^HTTP\/1\.1 20[0-4]/, `${id}: ${stdout}`);
      return body ? JSON.parse(body) : undefined;
    };
    env.MONGODB_ATLAS_PROJECT_ID = (await run('createGroup')).id;
    for (const id of ['listOrgs', 'createOrgLiveMigrationLinkToken', 'deleteOrgLiveMigrationLinkTokens']) await run(id);
    for (const id of ['createGroupDatabaseUser', 'getGroupSettings', 'updateGroup', 'deleteGroup']) await run(id);
  }
});

test('a reader who has what there is gets 304, and each reader the address that was asked for', async () => {
  const app = fastify();
  mountReference(app as never, { operations, version: '1.0.0' });
  const ask = (url: string, host: string, known?: string) =>
    app.inject({ url, headers: { host, ...(known ? { 'if-none-match': known } : {}) } });
  const paths = ['/openapi', '/openapi?lang=ja', '/docs/en/', '/docs/ja/', '/docs/en/getOrg', '/docs/ja/getOrg'];
  const tags: string[] = [];
  for (const path of paths)
    for (const host of ['one.example:1', 'two.example']) {
      const { payload, headers, statusCode } = await ask(path, host);
      assert.equal(statusCode, 200);
      assert.doesNotMatch(payload, /origin\.invalid/, path);
      if (path.endsWith('getOrg') || path.startsWith('/openapi')) assert.ok(payload.includes(`http://${host}`), path);
      const tag = String(headers.etag);
      tags.push(tag);
      assert.equal((await ask(path, host)).payload, payload);
      for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*'])
        assert.deepEqual(await ask(path, host, known).then((it) => [it.statusCode, it.payload, it.headers.etag]), [
          304,
          '',
          tag,
        ]);
      assert.equal((await ask(path, host, '"other"')).statusCode, 200);
    }
  assert.equal(new Set(tags).size, tags.length);
  assert.match((await ask('/docs/en/?q=invite', 'one.example')).payload, /invit/i);
});
