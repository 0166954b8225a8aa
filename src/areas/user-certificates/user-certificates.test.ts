import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import * as x509 from '@peculiar/x509';
import { MongoClient } from 'mongodb';
import { openAuthority } from '../../../testing/authority.ts';
import { harness, type TestHouse } from '../../../testing/house.ts';
import { newCluster, newProject } from '../../../testing/places.ts';
import { until } from '../../../testing/wait.ts';
import { issueToClient, newAuthority } from '../../base/certificates.ts';
import { monthsAfter } from './model.ts';

const shelf = harness();
const roles = [{ roleName: 'readWriteAnyDatabase', databaseName: 'admin' }];
const DAY_MS = 86_400_000;

interface Place {
  house: TestHouse;
  groupId: string;
  group: string;
  uri: string;
}

let shared: Promise<[Place, Place]> | undefined;
/** Two projects with a cluster each, which speak TLS alone. */
const places = () => {
  shared ??= (async () => {
    const { data } = shelf;
    const authority = await openAuthority(data.file('ca.pem'), data.file('ca.key'), data.vault);
    const house = await shelf.open({ running: true, clusterSettings: { authority } });
    const place = async (name: string): Promise<Place> => {
      const groupId = await newProject(house, name);
      const { connectionStrings } = await newCluster(house, groupId, 'c');
      return { house, groupId, group: `/groups/${groupId}`, uri: connectionStrings.standard };
    };
    return [await place('one'), await place('another')];
  })();
  return shared;
};

const settled = async ({ house, group }: Place) => {
  const state = async () => (await house.api('GET', `${group}/clusters/c`)).body.stateName;
  await until(state, (it) => it === 'IDLE');
};

async function newUser(at: Place, username: string, x509Type: 'MANAGED' | 'CUSTOMER') {
  const body = { databaseName: '$external', username, x509Type, roles };
  const made = await at.house.api('POST', `${at.group}/databaseUsers`, body);
  assert.equal(made.status, 201, JSON.stringify(made.body));
}

const certsOf = ({ group }: Place, username: string) => `${group}/databaseUsers/${encodeURIComponent(username)}/certs`;

async function certificateFor(at: Place, username: string): Promise<string> {
  const { status, body } = await at.house.api('POST', certsOf(at, username), { monthsUntilExpiration: 1 });
  assert.equal(status, 201, JSON.stringify(body));
  await settled(at);
  return body;
}

let files = 0;
/** A client that shows this certificate, and says nothing else of who it is. */
function clientWith({ uri }: Place, pem: string): MongoClient {
  const tlsCertificateKeyFile = shelf.data.file(`${++files}.pem`);
  writeFileSync(tlsCertificateKeyFile, pem);
  return new MongoClient(uri, {
    authMechanism: 'MONGODB-X509',
    authSource: '$external',
    tlsCAFile: shelf.data.file('ca.pem'),
    tlsCertificateKeyFile,
    serverSelectionTimeoutMS: 3_000,
  });
}

/** Who mongod takes the owner of this certificate for; undefined when it does not let it in. */
async function loginOf(at: Place, pem: string): Promise<string | undefined> {
  const client = clientWith(at, pem);
  try {
    const { authInfo } = await client.db('admin').command({ connectionStatus: 1 });
    await client.db('x').collection('c').insertOne({});
    return authInfo.authenticatedUsers[0].user;
  } catch (error) {
    assert.match(String(error), /Authentication failed|Could not find user|^MongoServerSelectionError/);
    return undefined;
  } finally {
    await client.close();
  }
}

test('a certificate is shown once and lets its user in, in its own project alone, until the user is deleted', async () => {
  const [one, another] = await places();
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
  const [one] = await places();
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
  const [{ house, group }] = await places();
  const make = async (username: string, x509Type: string) =>
    (await house.api('POST', `${group}/databaseUsers`, { databaseName: '$external', username, x509Type, roles }))
      .status;
  assert.equal(await make('gus', 'MANAGED'), 201);
  for (const x509Type of ['MANAGED', 'CUSTOMER']) assert.equal(await make('CN=gus', x509Type), 409, x509Type);
  assert.equal(await make('CN=hal', 'CUSTOMER'), 201);
  assert.equal(await make('hal', 'MANAGED'), 409);
});

test('authorities reach mongod however they are written, and what it cannot read is refused', async () => {
  const [, at] = await places();
  const security = `${at.group}/userSecurity`;
  const { certificate } = await newAuthority('Written', 30);
  const [begin, ...rest] = certificate.trim().split('\n');
  const end = rest.pop();
  const put = (cas: string) => at.house.api('PATCH', security, { customerX509: { cas } });
  for (const cas of [
    `# ours\r\n${certificate.replaceAll('\n', '\r\n')}`,
    `${begin}\n${rest.join('')}\n${end}`,
    `${certificate}${begin}\n${end}\n`,
  ]) {
    assert.equal((await put(cas)).status, 202);
    await settled(at);
  }
  for (const cas of [
    `${certificate}${begin}\nMIIB`,
    `${begin}\n${certificate}`,
    `${begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${rest.join('\n')}\n${end}\n`,
    certificate.replaceAll('CERTIFICATE', 'PUBLIC KEY'),
  ])
    assert.deepEqual([(await put(cas)).body.errorCode, cas], ['VALIDATION_ERROR', cas]);
  assert.equal((await at.house.api('DELETE', `${security}/customerX509`)).status, 202);
  await settled(at);
});

test('the authorities of a customer count from their upload to their end', async () => {
  const [, at] = await places();
  const { house, group } = at;
  const [old, fresh] = [await newAuthority('Old', 30), await newAuthority('Fresh', 30)];
  const subject: Record<string, string>[] = [{ DC: 'com' }, { OU: 'users' }, { CN: 'cleo' }];
  const notAfter = new Date(Date.now() + DAY_MS);
  const [byOld, byFresh] = await Promise.all(
    [old, fresh].map(async (it) => Object.values(await issueToClient(it, { subject, serial: 7, notAfter })).join('')),
  );
  const name = 'CN=cleo,OU=users,DC=com';
  await newUser(at, name, 'CUSTOMER');
  await newUser(at, 'dan', 'MANAGED');
  const managed = await certificateFor(at, 'dan');
  assert.equal(await loginOf(at, byOld!), undefined, 'nobody has named its authority yet');

  const security = `${group}/userSecurity`;
  const none = await house.api('GET', security);
  assert.deepEqual(none.body.customerX509, {});
  const put = async (cas: string) => {
    const { status, body } = await house.api('PATCH', security, { customerX509: { cas } });
    assert.deepEqual([status, body.customerX509.cas], [202, cas]);
    await settled(at);
  };
  await put(old.certificate);
  assert.equal(await loginOf(at, byOld!), name);
  assert.equal(await loginOf(at, byFresh!), undefined);
  const client = clientWith(at, byOld!);
  await client.db('x').collection('c').findOne();
  await put(old.certificate + fresh.certificate);
  assert.equal(await loginOf(at, byFresh!), name);
  await put(fresh.certificate);
  await assert.rejects(client.db('x').collection('c').findOne(), /requires authentication|not authorized/);
  await client.close();
  assert.equal(await loginOf(at, byOld!), undefined);

  const open = clientWith(at, byFresh!);
  await open.db('x').collection('c').findOne();
  const gone = await house.api('DELETE', `${security}/customerX509`);
  assert.deepEqual([gone.status, gone.body.customerX509], [202, {}]);
  await settled(at);
  await assert.rejects(open.db('x').collection('c').findOne(), /requires authentication|not authorized/);
  await open.close();
  assert.equal(await loginOf(at, byFresh!), undefined);
  assert.equal(await loginOf(at, managed), 'CN=dan', 'the certificates of the project itself still count');
});

test('no authority of a customer grants roles by what its certificates bear', async () => {
  const [, at] = await places();
  const authority = await newAuthority('Generous', 30);
  const issuer = new x509.X509Certificate(authority.certificate);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const der = createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' });
  // The set of one pair, role and database, as mongod reads it: root on admin.
  const root = Buffer.from('310f300d0c04726f6f740c0561646d696e', 'hex');
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: '07', subject: 'CN=nobody', issuer: issuer.subject, publicKey: keys.publicKey },
    ...{ notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) },
    signingAlgorithm: algorithm,
    signingKey: await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']),
    extensions: [new x509.Extension('1.3.6.1.4.1.34601.2.1.1', false, root)],
  });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  const security = `${at.group}/userSecurity`;
  const cas = authority.certificate;
  assert.equal((await at.house.api('PATCH', security, { customerX509: { cas } })).status, 202);
  await settled(at);
  assert.equal(await loginOf(at, `${certificate.toString('pem')}\n${key}\n`), undefined);
  assert.equal((await at.house.api('DELETE', `${security}/customerX509`)).status, 202);
  await settled(at);
});

test('what cannot be issued or trusted is refused by its name, and changes nothing', async () => {
  const [{ house, group }] = await places();
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
