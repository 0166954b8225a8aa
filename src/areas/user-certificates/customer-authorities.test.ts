import 'reflect-metadata';
import assert from 'node:assert/strict';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { test } from 'node:test';
import * as x509 from '@peculiar/x509';
import { harness } from '../../../testing/house.ts';
import { certificateFor, newUser, settled, tlsPlaces } from '../../../testing/tls-places.ts';
import { issueToClient, newAuthority } from '../../base/certificates.ts';

const { place, clientWith, loginOf } = tlsPlaces(harness());
const DAY_MS = 86_400_000;

test('authorities reach mongod however they are written, and what it cannot read is refused', async () => {
  const at = await place('one');
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
    // A few hundred kept the whole server from answering for seconds.
    certificate.repeat(51),
  ])
    assert.deepEqual([(await put(cas)).body.errorCode, cas], ['VALIDATION_ERROR', cas]);
  assert.equal((await at.house.api('DELETE', `${security}/customerX509`)).status, 202);
  await settled(at);
});

test('the authorities of a customer count from their upload to their end', async () => {
  const at = await place('one');
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
  const at = await place('one');
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

// mongod knows a user by the subject of its certificate alone, whoever has signed it: an authority of a customer could
// sign itself a certificate of any user that the project issues certificates to.
test('no authority of a customer makes anybody a managed user, be it made before or after', async () => {
  const at = await place('one');
  await newUser(at, 'managed1', 'MANAGED');
  await newUser(at, 'CN=clerk,OU=users', 'CUSTOMER');
  const own = await certificateFor(at, 'managed1');
  const authority = await newAuthority('Of a customer', 30);
  const sign = async (...subject: Record<string, string>[]) =>
    Object.values(await issueToClient(authority, { subject, serial: 7, notAfter: new Date(Date.now() + DAY_MS) })).join(
      '',
    );
  const forged = await sign({ CN: 'managed1' });
  const security = `${at.group}/userSecurity`;
  assert.equal((await at.house.api('PATCH', security, { customerX509: { cas: authority.certificate } })).status, 202);
  await settled(at);
  assert.equal(await loginOf(at, forged), undefined);
  assert.equal(await loginOf(at, forged + authority.certificate), undefined, 'with its authority along');
  assert.equal(await loginOf(at, await sign({ OU: 'users' }, { CN: 'clerk' })), 'CN=clerk,OU=users');
  assert.equal(await loginOf(at, own), 'CN=managed1');

  await newUser(at, 'managed2', 'MANAGED');
  const later = await certificateFor(at, 'managed2');
  assert.equal(await loginOf(at, await sign({ CN: 'managed2' })), undefined);
  assert.equal(await loginOf(at, later), 'CN=managed2');
  assert.equal((await at.house.api('DELETE', `${security}/customerX509`)).status, 202);
  await settled(at);
});
