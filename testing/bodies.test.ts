// The attributes of the published bodies: what may be sent is taken, and what clients send back of answers is let in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TSchema } from 'typebox';
import { Failure } from '../src/kernel/failure.ts';
import type { Mounted } from '../src/kernel/operation.ts';
import { checkBody, parseBody } from '../src/kernel/validate.ts';
import { attributes, loadSchemas, type Schema, skipSchemas } from './conformance/schemas.ts';
import { mountedOperations } from './mounted.ts';

/** Published attributes that are refused here, and why. */
const refused: Record<string, string> = Object.fromEntries([
  ...['createGroupCluster', 'updateGroupCluster', 'upgradeGroupClusterTenantUpgrade'].map((id) => [
    `${id} 2023-01-01 deleteAfterCreationHours`,
    'a cluster that deletes itself would be forgotten in silence by whoever reads this as kept',
  ]),
  ['validateGroupClusterConfigurations 2025-03-12 searchDeploymentSpec', 'there are no search nodes here'],
  ...['createGroupAlertConfig', 'updateGroupAlertConfig'].flatMap((id) =>
    ['metricName', 'mode'].map((name) => [
      `${id} 2023-01-01 threshold.${name}`,
      'is of the thresholds of metrics, which have an attribute of their own',
    ]),
  ),
]);

/** Paths of attributes that `theirs` has and `ours`, where it is closed, has not. */
function missing(ours: Schema, theirs: Schema, resolve: (it: Schema) => Schema, at = '', depth = 0): string[] {
  if (depth > 6) return [];
  if (ours.items && resolve(theirs).items)
    return missing(ours.items, resolve(theirs).items!, resolve, `${at}[]`, depth + 1);
  const own = attributes(ours, (it) => it);
  const isOpen = ours.additionalProperties !== false || !Object.keys(own).length;
  return Object.entries(attributes(theirs, resolve)).flatMap(([name, schema]) => {
    const path = at ? `${at}.${name}` : name;
    if (!own[name]) return isOpen ? [] : [path];
    return missing(own[name], schema, resolve, path, depth + 1);
  });
}

test('every attribute of a published body is known here, or refused for a reason', { skip: skipSchemas }, () => {
  const { operations: published, resolve } = loadSchemas();
  const found = mountedOperations().flatMap((it) =>
    Object.entries(it.versions).flatMap(([date, version]) => {
      const { body } = version!;
      const theirs = published.get(it.id)?.requestBody?.content?.[`application/vnd.atlas.${date}+json`]?.schema;
      if (!body || !theirs) return [];
      return missing(body as Schema, theirs, resolve).map((path) => `${it.id} ${date} ${path}`);
    }),
  );
  assert.deepEqual(
    found.filter((it) => !refused[it]),
    [],
  );
  assert.deepEqual(
    Object.keys(refused).filter((it) => !found.includes(it)),
    [],
    'no longer refused',
  );
});

/** What `checkBody` says of a body: code and first parameter. */
function said(schema: TSchema, body: unknown, shown?: TSchema): [string?, (string | number)?] {
  try {
    checkBody(schema, body, shown);
    return [];
  } catch (error) {
    if (error instanceof Failure) return [error.code, error.parameters[0]];
    throw error;
  }
}
const bodies = mountedOperations().flatMap((it: Mounted) =>
  Object.entries(it.versions).flatMap(([date, version]) =>
    version?.body ? [{ of: `${it.id} ${date}`, body: version.body, reply: version.reply }] : [],
  ),
);
/** Objects that take the attributes they name and no others; unions of many kinds of objects are the areas' own to test. */
const isObject = (it: TSchema): it is TSchema & { properties: Record<string, TSchema>; required?: string[] } =>
  (it as { type?: string }).type === 'object' &&
  (it as { additionalProperties?: boolean }).additionalProperties === false;

test('each body names what it lacks, what it does not know and what is of the wrong kind', () => {
  assert.ok(bodies.length > 20);
  for (const { of, body } of bodies) {
    for (const wrong of [null, 7, 'x', true, (body as { type?: string }).type === 'array' ? {} : []])
      assert.equal(said(body, wrong)[0], 'INVALID_JSON', `${of} ${wrong}`);
    if (!isObject(body)) continue;
    const required = body.required ?? [];
    if (required.length) {
      const [code, name] = said(body, {});
      assert.equal(code, 'MISSING_ATTRIBUTE', of);
      assert.ok(required.includes(String(name)), `${of} ${name}`);
    }
    // All that is required, of any kind: the first thing wrong is told, and it is one of these.
    const strange = Object.fromEntries(required.map((it) => [it, Symbol.for('x')]));
    const [code, name] = said(body, { ...strange, zzz: 1 });
    assert.ok(
      ['INVALID_ATTRIBUTE', 'INVALID_JSON_ATTRIBUTE', 'INVALID_ENUM_VALUE', 'VALIDATION_ERROR'].includes(code!),
      of,
    );
    if (code === 'INVALID_ATTRIBUTE') assert.equal(name, 'zzz', of);
  }
});

test('what only the answer has is read-only, and what neither has is unknown', () => {
  let count = 0;
  for (const { of, body, reply } of bodies) {
    if (!isObject(body)) continue;
    const given = Object.fromEntries((body.required ?? []).map((it) => [it, Symbol.for('x')]));
    assert.deepEqual(said(body, { ...given, zzz: 1 }, reply), ['INVALID_ATTRIBUTE', 'zzz'], of);
    for (const name of Object.keys((reply as { properties?: object } | undefined)?.properties ?? {})) {
      if (body.properties[name]) continue;
      count++;
      assert.deepEqual(said(body, { ...given, [name]: 1 }, reply), ['ATTRIBUTE_READ_ONLY', name], of);
    }
  }
  assert.ok(count > 20, `${count} attributes`);
});

test('no body is polluted by what it is named', () => {
  for (const { of, body } of bodies) {
    if (!isObject(body)) continue;
    for (const text of ['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '{"toString":1}'])
      assert.notDeepEqual(said(body, parseBody(Buffer.from(text))), [], `${of} ${text}`);
  }
  assert.equal(({} as { a?: number }).a, undefined);
});
