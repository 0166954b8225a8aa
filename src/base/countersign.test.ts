import 'reflect-metadata';
import assert from 'node:assert/strict';
import { webcrypto, type X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { chainIn, newAuthority } from './certificates.ts';
import { counterSigned } from './countersign.ts';

const limitsOf = (it: X509Certificate) =>
  AsnConvert.parse(new x509.X509Certificate(it.raw).getExtension(id_ce_nameConstraints)!.value, NameConstraints);

test('an authority stays what it is but for who signed it, and keeps the limits that it had', async () => {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2_048,
  };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const own = new NameConstraints({
    excludedSubtrees: new GeneralSubtrees([new GeneralSubtree({ base: new GeneralName({ dNSName: 'example.com' }) })]),
  });
  const rsa = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: '0102', name: 'CN=Root of ours+OU=x, O=É & Sons', keys, signingAlgorithm: algorithm },
    ...{ notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2051-01-01T00:00:00Z') },
    extensions: [
      new x509.BasicConstraintsExtension(true, 3, true),
      new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(own)),
    ],
  });
  const pem = `${rsa.toString('pem')}\n${(await newAuthority('Other', 30)).certificate}`;
  const [before, other] = chainIn(pem);
  const [root, after, otherAfter, ...more] = chainIn(
    await counterSigned(pem, [[{ DC: 'com' }, { CN: 'ann' }], [{ CN: 'ben' }]]),
  );
  assert.deepEqual(more, []);
  for (const [was, is] of [
    [before!, after!],
    [other!, otherAfter!],
  ] as const) {
    assert.ok(is.checkIssued(root!) && is.verify(root!.publicKey));
    for (const key of ['subject', 'serialNumber', 'validFrom', 'validTo', 'ca'] as const)
      assert.equal(is[key], was[key]);
    assert.ok(is.publicKey.equals(was.publicKey));
  }
  assert.ok(root!.verify(root!.publicKey) && Date.parse(root!.validTo) >= Date.parse(after!.validTo));
  const names = (it: X509Certificate) =>
    [...limitsOf(it).excludedSubtrees!].map(
      ({ base }) => base.dNSName ?? new x509.Name(AsnConvert.serialize(base.directoryName!)).toString(),
    );
  assert.deepEqual(names(after!), ['example.com', 'DC=com, CN=ann', 'CN=ben']);
  assert.deepEqual(names(otherAfter!), ['DC=com, CN=ann', 'CN=ben']);
  assert.equal(await counterSigned('', []), '');
});
