import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_nameConstraints,
  Name,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { certificatesIn } from './certificates.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** The parts of a distinguished name in the order of a certificate: `[{ CN: 'ann' }]`. */
export type NameParts = readonly Record<string, string>[];

const nameOf = (parts: NameParts): Name => {
  const json = parts.map((it) => Object.fromEntries(Object.entries(it).map(([type, value]) => [type, [value]])));
  return AsnConvert.parse(new x509.Name(json).toArrayBuffer(), Name);
};

/** The limits that an authority bears of its own, and that it signs for none of these names, nor for any below them. */
function limitsOf(authority: x509.X509Certificate, excluded: readonly NameParts[]): x509.Extension[] {
  const own = authority.getExtension(id_ce_nameConstraints);
  const limits = own ? AsnConvert.parse(own.value, NameConstraints) : new NameConstraints();
  const more = excluded.map((it) => new GeneralSubtree({ base: new GeneralName({ directoryName: nameOf(it) }) }));
  const all = [...(limits.excludedSubtrees ?? []), ...more];
  if (!own && !all.length) return [];
  if (all.length) limits.excludedSubtrees = new GeneralSubtrees(all);
  return [new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(limits))];
}

/**
 * Makes authorities (PEM, one after the other) count for every name but these: each is signed once more, with that limit
 * in it, by a root that signs nothing else and whose key nobody keeps. In their place a server trusts that root, since it
 * would take a certificate of any authority that it trusts for anybody.
 * @returns PEM of the root and of the authorities as it signed them; empty without authorities
 */
export async function counterSigned(authorities: string, excluded: readonly NameParts[]): Promise<string> {
  const theirs = certificatesIn(authorities).map((it) => new x509.X509Certificate(it));
  if (!theirs.length) return '';
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    name: [{ CN: [`Telamon, for authorities of a customer ${randomBytes(6).toString('hex')}`] }],
    notBefore: new Date(Math.min(...theirs.map((it) => it.notBefore.getTime()), Date.now() - DAY_MS)),
    notAfter: new Date(Math.max(...theirs.map((it) => it.notAfter.getTime()))),
    signingAlgorithm: ALGORITHM,
    keys: keys as webcrypto.CryptoKeyPair,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create((keys as webcrypto.CryptoKeyPair).publicKey),
    ],
  });
  const signed = await Promise.all(
    theirs.map(async (it) =>
      x509.X509CertificateGenerator.create({
        ...{ serialNumber: it.serialNumber, notBefore: it.notBefore, notAfter: it.notAfter },
        ...{ subject: it.subjectName, issuer: root.subjectName, publicKey: it.publicKey },
        ...{ signingAlgorithm: ALGORITHM, signingKey: (keys as webcrypto.CryptoKeyPair).privateKey },
        extensions: [
          ...it.extensions.filter(
            ({ type }) => type !== id_ce_nameConstraints && type !== id_ce_authorityKeyIdentifier,
          ),
          ...limitsOf(it, excluded),
          await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
        ],
      }),
    ),
  );
  return [root, ...signed].map((it) => `${it.toString('pem')}\n`).join('');
}
