import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import type { Vault } from './secrets.ts';

x509.cryptoProvider.set(webcrypto as never);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_DAYS = 3_650;
const LEAF_DAYS = 1_825;
const CONTEXT = 'certificate authority';

export interface Authority {
  /** The certificate that clients trust, PEM. */
  caFile: string;
  /** A certificate for a server at these addresses, and its key, in one PEM. */
  issue(hosts: readonly string[]): Promise<string>;
}

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

const newSerial = () => `01${randomBytes(15).toString('hex')}`;
const pem = (key: webcrypto.CryptoKey) =>
  webcrypto.subtle.exportKey('pkcs8', key).then((der) => x509.PemConverter.encode(der, 'PRIVATE KEY'));
const generate = () =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

/** A certificate authority that signs itself. Its key is the caller's to keep. */
export async function newAuthority(commonName: string, days: number): Promise<KeyPair> {
  const keys = await generate();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [commonName] }],
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: `${await pem(keys.privateKey)}\n` };
}

interface Leaf {
  /** By relative distinguished names: `[{ CN: ['ann'] }]`. */
  subject: x509.JsonName;
  serialNumber?: string;
  notAfter: Date;
  extensions: x509.Extension[];
}

/** What an authority signs: a certificate for a key of its own. */
async function signed(authority: KeyPair, { subject, serialNumber, notAfter, extensions }: Leaf): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const der = createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' });
  const keys = await generate();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber ?? newSerial(),
    subject,
    issuer: issuer.subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...extensions,
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: `${await pem(keys.privateKey)}\n` };
}

/** A certificate by which a client says who it is. `serial` is a number that the authority gives to nobody else. */
export const issueToClient = (
  authority: KeyPair,
  { subject, serial, notAfter }: { subject: Record<string, string>[]; serial: number; notAfter: Date },
): Promise<KeyPair> =>
  signed(authority, {
    subject: subject.map((it) => Object.fromEntries(Object.entries(it).map(([name, value]) => [name, [value]]))),
    serialNumber: serial.toString(16).padStart(16, '0'),
    notAfter,
    extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
  });

const BEGINNING = /-----BEGIN/g;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates in a text, PEM one after the other, each as mongod's library writes it: what stands around them, and
 * other ways to write one, are left out. mongod reads all of its file or nothing, and then takes over no change at all.
 * @throws {Error} where a block is no certificate, or does not end
 */
export function certificatesIn(text: string): string[] {
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length !== (text.match(BEGINNING) ?? []).length) throw new Error('A block in there is no certificate.');
  return x509.PemConverter.decode(found.join('\n')).map((it) => new X509Certificate(Buffer.from(it)).toString());
}

/**
 * Why these certificates, PEM one after the other, cannot be authorities whose clients are let in; undefined when they
 * can.
 */
export function wrongAuthorities(text: string, now: Date): string | undefined {
  let found: x509.X509Certificate[];
  try {
    found = certificatesIn(text).map((it) => new x509.X509Certificate(it));
  } catch {
    return 'holds what is no certificate in PEM';
  }
  if (!found.length) return 'holds no certificate in PEM';
  for (const it of found) {
    if (!it.getExtension(x509.BasicConstraintsExtension)?.ca) return `holds ${it.subject}, which is no authority`;
    if (it.notAfter <= now) return `holds ${it.subject}, which expired on ${it.notAfter.toISOString()}`;
  }
  return undefined;
}

async function makeAuthority(caFile: string, keyFile: string, vault: Vault): Promise<void> {
  const { certificate, key } = await newAuthority('Telamon certificate authority', CA_DAYS);
  writeFileSync(keyFile, vault.seal(key, CONTEXT), { mode: 0o600 });
  // Last and at once: an authority is there when its certificate is.
  writeFileSync(`${caFile}.new`, certificate);
  chmodSync(`${caFile}.new`, 0o644);
  renameSync(`${caFile}.new`, caFile);
}

/** The installation's own certificate authority: its certificate in the open, its key sealed. Made at its first use. */
export async function openAuthority(caFile: string, keyFile: string, vault: Vault): Promise<Authority> {
  if (!existsSync(caFile)) await makeAuthority(caFile, keyFile, vault);
  const authority = {
    certificate: readFileSync(caFile, 'utf8'),
    key: vault.open(readFileSync(keyFile, 'utf8'), CONTEXT),
  };
  return {
    caFile,
    async issue(hosts) {
      const { certificate, key } = await signed(authority, {
        subject: [{ CN: [hosts[0]!] }],
        notAfter: new Date(Date.now() + LEAF_DAYS * DAY_MS),
        extensions: [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
        ],
      });
      return certificate + key;
    },
  };
}
