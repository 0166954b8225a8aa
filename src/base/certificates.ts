import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
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

const serial = () => `01${randomBytes(15).toString('hex')}`;
const pem = (key: webcrypto.CryptoKey) =>
  webcrypto.subtle.exportKey('pkcs8', key).then((der) => x509.PemConverter.encode(der, 'PRIVATE KEY'));
const generate = () =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

async function makeAuthority(caFile: string, keyFile: string, vault: Vault): Promise<void> {
  const keys = await generate();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Telamon certificate authority',
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + CA_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  writeFileSync(keyFile, vault.seal(await pem(keys.privateKey), CONTEXT), { mode: 0o600 });
  // Last and at once: an authority is there when its certificate is.
  writeFileSync(`${caFile}.new`, `${certificate.toString('pem')}\n`);
  chmodSync(`${caFile}.new`, 0o644);
  renameSync(`${caFile}.new`, caFile);
}

/** The installation's own certificate authority: its certificate in the open, its key sealed. Made at its first use. */
export async function openAuthority(caFile: string, keyFile: string, vault: Vault): Promise<Authority> {
  if (!existsSync(caFile)) await makeAuthority(caFile, keyFile, vault);
  const issuer = new x509.X509Certificate(readFileSync(caFile, 'utf8'));
  const der = createPrivateKey(vault.open(readFileSync(keyFile, 'utf8'), CONTEXT)).export({
    type: 'pkcs8',
    format: 'der',
  });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
  return {
    caFile,
    async issue(hosts) {
      const keys = await generate();
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serial(),
        subject: `CN=${hosts[0]}`,
        issuer: issuer.subject,
        notBefore: new Date(Date.now() - DAY_MS),
        notAfter: new Date(Date.now() + LEAF_DAYS * DAY_MS),
        signingAlgorithm: ALGORITHM,
        publicKey: keys.publicKey,
        signingKey,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
          await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
        ],
      });
      return `${certificate.toString('pem')}\n${await pem(keys.privateKey)}\n`;
    },
  };
}
