import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { harness } from '../../../testing/house.ts';
import { certificateFor, certsOf, newUser, roles, settled, tlsPlaces } from '../../../testing/tls-places.ts';
import { issueToClient, newAuthority } from '../../base/certificates.ts';
import { monthsAfter } from './model.ts';

const { place, clientWith, loginOf } = tlsPlaces(harness());
const DAY_MS = 86_400_000;

test('a certificate is shown once and lets its user in, in its own project alone, until the user is deleted', async () => {
  const [one, another] = await Promise.all([place('one'), place('another')]);
  await newUser(one, 'ann', 'MANAGED');
  await newUser(another, 'ann', 'MANAGED');
  const pem = await certificateFor(one, 'ann');
  const theirs = await certificateFor(another, 'ann');
  assert.match(pem, /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n/);
  assert.equal(await loginOf(one, pem), 'CN=ann');
  assert.equal(await loginOf(another, theirs), 'CN=ann');
  assert.equal(await loginOf(one, theirs), undefined, 'the same name, signed for another project');

  const { body } = await one.house.api('GET', certsOf(one, 'ann'));
  const [{ _id, createdAt, notAfter, ...rest }] = body.results;
  assert.deepEqual(rest, { groupId: one.groupId, subject: 'CN=ann' });
  const certificate = new X509Certificate(pem);
  assert.equal(Number.parseInt(certificate.serialNumber, 16), _id);
  assert.equal(Date.parse(certificate.validTo), Date.parse(notAfter));
  assert.deepEqual(monthsAfter(new Date(createdAt), 1), new Date(notAfter));
  for (const { name } of await one.house.state.db.listCollections({ name: /^[^.]+$/ }).toArray()) {
    const kept = JSON.stringify(await one.house.state.db.collection(name).find().toArray());
    assert.ok(!kept.includes(pem.split('\n').at(-3)!), `${name} keeps the key`);
  }

  const client = clientWith(one, pem);
  const documents = client.db('x').collection('c');
  await documents.insertOne({});
  await one.house.api('DELETE', `${one.group}/databaseUsers/$external/ann`);
  await settled(one);
  await assert.rejects(documents.insertOne({}), /requires authentication|not authorized/);
  await client.close();
  assert.equal(await loginOf(one, pem), undefined);
  assert.equal((await one.house.api('GET', certsOf(one, 'ann'))).body.errorCode, 'USERNAME_NOT_FOUND');
});

test('names of every shape are those of their certificates', async () => {
  const one = await place('one');
  const names: [string, string][] = [
    ['ann.smith@example.com', 'CN=ann.smith@example.com'],
    ['the clerk (2)', 'CN=the clerk (2)'],
    ['CN=ben,OU=users,DC=example,DC=com', 'CN=ben,OU=users,DC=example,DC=com'],
    ['l'.repeat(200), `CN=${'l'.repeat(200)}`],
  ];
  for (const [name, subject] of names) {
    await newUser(one, name, 'MANAGED');
    assert.equal(await loginOf(one, await certificateFor(one, name)), subject, name);
  }
  for (const username of [
    'a,b',
    'a"b',
    'a=b',
    ' a',
    'a ',
    '#1',
    'a+b',
    'a\\b',
    'a;b',
    'é',
    'CN=',
    'CN=a,b',
    'cn=a',
    'CN=a,UID=b',
  ]) {
    const body = { databaseName: '$external', username, x509Type: 'MANAGED', roles };
    const { status, body: answer } = await one.house.api('POST', `${one.group}/databaseUsers`, body);
    assert.deepEqual([status, answer.errorCode], [400, 'ATLAS_INVALID_USERNAME'], username);
  }
});

test('two users cannot be one to mongod', async () => {
  const { house, group } = await place('one');
  const make = async (username: string, x509Type: string) =>
    (await house.api('POST', `${group}/databaseUsers`, { databaseName: '$external', username, x509Type, roles }))
      .status;
  assert.equal(await make('gus', 'MANAGED'), 201);
  for (const x509Type of ['MANAGED', 'CUSTOMER']) assert.equal(await make('CN=gus', x509Type), 409, x509Type);
  assert.equal(await make('CN=hal', 'CUSTOMER'), 201);
  assert.equal(await make('hal', 'MANAGED'), 409);
});

test('what cannot be issued or trusted is refused by its name, and changes nothing', async () => {
  const { house, group } = await place('one');
  const user = { databaseName: 'admin', username: 'eva', password: 'a-good-password', roles };
  assert.equal((await house.api('POST', `${group}/databaseUsers`, user)).status, 201);
  const certs = `${group}/databaseUsers/eva/certs`;
  const leaf = await issueToClient(await newAuthority('A', 1), {
    subject: [{ CN: 'leaf' }],
    ...{ serial: 1, notAfter: new Date(Date.now() + DAY_MS) },
  });
  const past = await newAuthority('Past', -1 / 24);
  const wrong: [string, string, unknown, number, string, RegExp][] = [
    ['POST', certs, {}, 400, 'VALIDATION_ERROR', /x509Type MANAGED/],
    ['POST', `${group}/databaseUsers/nobody/certs`, {}, 404, 'USERNAME_NOT_FOUND', /nobody/],
    ['GET', `${group}/databaseUsers/nobody/certs`, undefined, 404, 'USERNAME_NOT_FOUND', /nobody/],
    ['POST', certs, { monthsUntilExpiration: 25 }, 400, '', /monthsUntilExpiration/],
    ['POST', certs, { monthsUntilExpiration: 0 }, 400, '', /monthsUntilExpiration/],
    ['POST', certs, { monthsUntilExpiration: 'a' }, 400, '', /monthsUntilExpiration/],
    ['PATCH', `${group}/userSecurity`, { customerX509: { cas: 'x' } }, 400, 'VALIDATION_ERROR', /customerX509\.cas/],
    ['PATCH', `${group}/userSecurity`, { customerX509: { cas: '' } }, 400, 'VALIDATION_ERROR', /customerX509\.cas/],
    [
      ...(['PATCH', `${group}/userSecurity`] as const),
      { customerX509: { cas: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' } },
      ...([400, 'VALIDATION_ERROR', /customerX509\.cas/] as const),
    ],
    [
      ...(['PATCH', `${group}/userSecurity`, { customerX509: { cas: leaf.certificate } }] as const),
      ...([400, 'VALIDATION_ERROR', /no authority/] as const),
    ],
    [
      ...(['PATCH', `${group}/userSecurity`, { customerX509: { cas: past.certificate } }] as const),
      ...([400, 'VALIDATION_ERROR', /expired/] as const),
    ],
    [
      ...(['PATCH', `${group}/userSecurity`, { ldap: { authenticationEnabled: true } }] as const),
      ...([400, 'VALIDATION_ERROR', /ldap\.authenticationEnabled/] as const),
    ],
    ['PATCH', `${group}/userSecurity`, { saml: {} }, 400, 'INVALID_ATTRIBUTE', /saml/],
  ];
  for (const [method, path, body, status, code, detail] of wrong) {
    const answer = await house.api(method, path, body);
    assert.equal(answer.status, status, JSON.stringify([path, body, answer.body]));
    if (code) assert.equal(answer.body.errorCode, code, JSON.stringify(answer.body));
    assert.match(JSON.stringify(answer.body), detail);
  }
  assert.equal((await house.api('GET', certs)).body.totalCount, 0);
  assert.deepEqual((await house.api('GET', `${group}/userSecurity`)).body.customerX509, {});
});

test('a month that is shorter ends on its last day', () => {
  const from = new Date('2026-01-31T10:00:00Z');
  assert.deepEqual(monthsAfter(from, 1), new Date('2026-02-28T10:00:00Z'));
  assert.deepEqual(monthsAfter(from, 24), new Date('2028-01-31T10:00:00Z'));
});
