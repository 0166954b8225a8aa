import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { certificatesIn, chainIn, issueToServer, type KeyPair, newAuthority } from './certificates.ts';
import { replaceFile } from './files.ts';
import type { Vault } from './secrets.ts';

const DAY_MS = 86_400_000;
const CA_DAYS = 3_650;
const CONTEXT = 'certificate authority';
/** Certificates are for everybody to read. */
const IN_THE_OPEN = 0o644;
/** Time left of a certificate at which another one takes its place. */
const RENEW_MS = 90 * DAY_MS;

/** Where the certificates of members come from. */
export interface Issuer {
  /** The authorities that vouch for them, PEM. */
  readonly authorities: readonly string[];
  /** A certificate for a server at these addresses with its chain, and its key, in one PEM. */
  issue(hosts: readonly string[]): Promise<string>;
  /** Whether such a PEM is what a server at these addresses should still show. */
  isCurrent(pem: string, hosts: readonly string[]): boolean;
}

export interface Authority extends Issuer {
  /** Holds the certificates that clients trust, PEM. */
  caFile: string;
}

const signedBy = (it: X509Certificate, by: X509Certificate): boolean => it.checkIssued(by) && it.verify(by.publicKey);

/** Whether the first certificate of a PEM leads, by the others in it or at once, to one of these authorities. */
export function isVouchedFor(pem: string, authorities: readonly string[]): boolean {
  const [leaf, ...chain] = chainIn(pem);
  const trusted = authorities.map((it) => new X509Certificate(it));
  let at = leaf;
  // A chain is no longer than the certificates that are there.
  for (let steps = 0; at && steps <= chain.length; steps++) {
    const here = at;
    if (trusted.some((it) => signedBy(here, it))) return true;
    at = chain.find((it) => it.ca && it.fingerprint256 !== here.fingerprint256 && signedBy(here, it));
  }
  return false;
}

/** Those of the addresses that a certificate does not name. */
export const missingNames = (pem: string, hosts: readonly string[]): string[] => {
  const leaf = new X509Certificate(pem);
  // The subject is looked at by nobody any more.
  return hosts.filter((it) => (isIP(it) ? leaf.checkIP(it) : leaf.checkHost(it, { subject: 'never' })) === undefined);
};

/** An authority whose key is at hand: every server gets a certificate of its own. The first of `certificates` signs. */
export function signingIssuer(certificates: readonly string[], key: string): Issuer {
  const pair: KeyPair = { certificate: certificates[0]!, key };
  return {
    authorities: certificates,
    async issue(hosts) {
      const issued = await issueToServer(pair, hosts);
      return issued.certificate + issued.key;
    },
    isCurrent: (pem, hosts) =>
      isVouchedFor(pem, certificates.slice(0, 1)) &&
      Date.parse(new X509Certificate(pem).validTo) - Date.now() > RENEW_MS &&
      missingNames(pem, hosts).length === 0,
  };
}

async function makeAuthority(certFile: string, keyFile: string, vault: Vault): Promise<void> {
  const { certificate, key } = await newAuthority('Telamon certificate authority', CA_DAYS);
  writeFileSync(keyFile, vault.seal(key, CONTEXT), { mode: 0o600 });
  // Last and at once: an authority is there when its certificate is.
  replaceFile(certFile, certificate, IN_THE_OPEN);
}

/** The installation's own certificate authority: its certificate in the open, its key sealed. Made at its first use. */
export async function ownIssuer(certFile: string, keyFile: string, vault: Vault): Promise<Issuer> {
  if (!existsSync(certFile)) await makeAuthority(certFile, keyFile, vault);
  const key = vault.open(readFileSync(keyFile, 'utf8'), CONTEXT);
  return signingIssuer([readFileSync(certFile, 'utf8')], key);
}

/**
 * Writes what clients trust to `caFile`. Those that were trusted there before stay while a certificate is shown
 * (`shown`, PEMs) that nobody else vouches for: whoever shows it is still to get another one.
 */
export function trusting(issuer: Issuer, caFile: string, shown: readonly string[]): Authority {
  const authorities = issuer.authorities.flatMap(certificatesIn);
  const before = existsSync(caFile) ? certificatesIn(readFileSync(caFile, 'utf8')) : [];
  const isNeeded = shown.some((it) => !isVouchedFor(it, authorities));
  const former = isNeeded ? before.filter((it) => !authorities.includes(it)) : [];
  replaceFile(caFile, [...authorities, ...former].join(''), IN_THE_OPEN);
  return { ...issuer, caFile };
}

/** Data of earlier versions held the own authority's certificate where now stands what clients trust. */
export function adoptFormerAuthority(certFile: string, keyFile: string, caFile: string): void {
  if (!existsSync(certFile) && existsSync(keyFile) && existsSync(caFile))
    replaceFile(certFile, readFileSync(caFile, 'utf8'), IN_THE_OPEN);
}
