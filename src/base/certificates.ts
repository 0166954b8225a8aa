import 'reflect-metadata';
import { createPrivateKey, type KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as never);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const LEAF_DAYS = 1_825;
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

/** How an authority signs with its key. */
function signingOf(key: KeyObject): webcrypto.RsaHashedImportParams & webcrypto.EcKeyImportParams {
  const sha = (bits: number) => ({ hash: `SHA-${bits}` });
  const curves: Record<string, { namedCurve: string; hash: string }> = {
    prime256v1: { namedCurve: 'P-256', ...sha(256) },
    secp384r1: { namedCurve: 'P-384', ...sha(384) },
    secp521r1: { namedCurve: 'P-521', ...sha(512) },
  };
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  const curve = curves[asymmetricKeyDetails?.namedCurve ?? ''];
  if (asymmetricKeyType === 'ec' && curve) return { name: 'ECDSA', ...curve };
  if (asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', namedCurve: '', ...sha(256) };
  throw new Error(`An authority's key is RSA or of a NIST curve, not ${asymmetricKeyType}.`);
}

/** Whether `issueTo...` can sign with it. */
export function canSign(key: KeyObject): boolean {
  try {
    signingOf(key);
    return true;
  } catch {
    // It says no more than this.
    return false;
  }
}

/** What an authority signs: a certificate for a key of its own. */
async function signed(authority: KeyPair, { subject, serialNumber, notAfter, extensions }: Leaf): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const key = createPrivateKey(authority.key);
  const signing = signingOf(key);
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const keys = await generate();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber ?? newSerial(),
    subject,
    issuer: issuer.subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter,
    signingAlgorithm: signing,
    publicKey: keys.publicKey,
    signingKey: await webcrypto.subtle.importKey('pkcs8', der, signing, false, ['sign']),
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

/** A certificate by which a server, and a member of a set towards others, says who it is at these addresses. */
export const issueToServer = (authority: KeyPair, hosts: readonly string[]): Promise<KeyPair> =>
  signed(authority, {
    subject: [{ CN: [hosts[0]!] }],
    notAfter: new Date(Date.now() + LEAF_DAYS * DAY_MS),
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
    ],
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

/** The certificates of a PEM that holds their key too. */
export const chainIn = (pem: string): X509Certificate[] =>
  (pem.match(CERTIFICATE) ?? []).map((it) => new X509Certificate(it));

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
