import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileErrors, validate } from '@readme/openapi-parser';
import { openapi } from '../src/reference/openapi.ts';
import { languages } from '../src/reference/text.ts';
import { mountedOperations } from './mounted.ts';

const operations = mountedOperations();
const about = { origin: 'http://127.0.0.1:8080', version: '1.0.0' };

for (const language of languages)
  test(`the OpenAPI document is a valid one (${language})`, async () => {
    const document = JSON.parse(JSON.stringify(openapi(operations, { ...about, language })));
    const result = await validate(document);
    assert.ok(result.valid, result.valid ? '' : compileErrors(result));
    assert.deepEqual(result.warnings, []);
  });

test('the document holds every operation with all of its versions', () => {
  const { paths } = openapi(operations, { ...about, language: 'en' });
  // biome-ignore lint/suspicious/noExplicitAny: a document is JSON
  const told = Object.values(paths).flatMap((it) => Object.values(it)) as any[];
  assert.deepEqual(told.map((it) => it.operationId).sort(), operations.map((it) => it.id).sort());
  for (const it of operations.filter(({ surface }) => surface !== 'telamon')) {
    const { requestBody, responses } = told.find(({ operationId }) => operationId === it.id);
    for (const [date, version] of Object.entries(it.versions)) {
      const mediaType = `application/vnd.atlas.${date}+json`;
      assert.ok(responses[version!.status], `${it.id} ${version!.status}`);
      if (version!.reply) assert.ok(responses[version!.status].content[mediaType], `${it.id} ${mediaType}`);
      for (const format of Object.keys(version!.as ?? {}))
        assert.ok(responses[version!.status].content[`application/vnd.atlas.${date}+${format}`], `${it.id} ${format}`);
      if (version!.body) assert.ok(requestBody.content[mediaType], `${it.id} takes ${mediaType}`);
    }
  }
});
