// Whose certificates the members of clusters show: of the installation's own authority, of one that the operator
// brings with its key, or one certificate that the operator brings for all.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Authority,
  adoptFormerAuthority,
  type Issuer,
  isVouchedFor,
  missingNames,
  ownIssuer,
  signingIssuer,
  trusting,
} from '../base/authority.ts';
import { canSign, certificatesIn, wrongAuthorities } from '../base/certificates.ts';
import { type DataDirectory, Unusable } from './data-directory.ts';

export interface ClusterTlsOptions {
  /** New clusters speak TLS alone. */
  tls?: boolean;
  /** PEM files: an authority, and either its key or a certificate of it with its key. */
  clusterCa?: string;
  clusterCaKey?: string;
  clusterCert?: string;
  clusterKey?: string;
  /** Where clients reach the members. */
  clusterHost?: string;
  /** And in which zone they have names. */
  srvZone?: string;
}

/** What a member tells the others that it is, too: they ask for both uses where a certificate limits them. */
const USES = { '1.3.6.1.5.5.7.3.1': 'serverAuth', '1.3.6.1.5.5.7.3.2': 'clientAuth' } as const;

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Unusable(`${option} ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function readKey(option: string, file: string): KeyObject {
  const text = read(option, file);
  if (/ENCRYPTED/.test(text))
    throw new Unusable(`${option} ${file} is locked by a passphrase. Name a file without one, readable by you alone.`);
  try {
    return createPrivateKey(text);
  } catch {
    // OpenSSL's words tell nobody what to do.
    throw new Unusable(`${option} ${file} holds no private key in PEM.`);
  }
}

function readAuthorities(file: string): string[] {
  const text = read('--cluster-ca', file);
  const wrong = wrongAuthorities(text, new Date());
  if (wrong) throw new Unusable(`--cluster-ca ${file} ${wrong}.`);
  return certificatesIn(text);
}

/** What one certificate for all members names. */
interface Named {
  host: string;
  zone?: string;
}

/** The operator's certificate for all members with its key in one PEM, as their files are now. Throws what is wrong. */
function readPair(certFile: string, keyFile: string, authorities: readonly string[], names: Named): string {
  const at = `--cluster-cert ${certFile}`;
  const text = read('--cluster-cert', certFile);
  const key = readKey('--cluster-key', keyFile);
  let chain: string[];
  try {
    chain = certificatesIn(text);
  } catch {
    // Which block it is, its writer sees at once.
    throw new Unusable(`${at} holds what is no certificate in PEM.`);
  }
  if (!chain.length) throw new Unusable(`${at} holds no certificate in PEM.`);
  const leaf = new X509Certificate(chain[0]!);
  if (!leaf.checkPrivateKey(key)) throw new Unusable(`--cluster-key ${keyFile} is not the key of ${certFile}.`);
  if (Date.parse(leaf.validTo) <= Date.now()) throw new Unusable(`${at} expired on ${leaf.validTo}.`);
  if (Date.parse(leaf.validFrom) > Date.now()) throw new Unusable(`${at} is valid only from ${leaf.validFrom}.`);
  const { host, zone } = names;
  if (missingNames(chain[0]!, [host]).length)
    throw new Unusable(
      `${at} does not name ${host}, where clients reach the members; it names ${leaf.subjectAltName ?? 'nothing'}. Name another address with --cluster-host, or have it in the certificate.`,
    );
  if (zone && missingNames(chain[0]!, [`any.${zone}`]).length)
    throw new Unusable(
      `${at} does not name *.${zone}, below which --srv-zone gives every member a name; it names ${leaf.subjectAltName}.`,
    );
  for (const [oid, use] of Object.entries(USES))
    if (leaf.keyUsage && !leaf.keyUsage.includes(oid))
      throw new Unusable(
        `${at} may not be used for ${use}. Members need serverAuth and, towards each other, clientAuth.`,
      );
  if (!isVouchedFor(text, authorities))
    throw new Unusable(`${at} is not signed by an authority of --cluster-ca, also not by its own chain.`);
  return `${chain.join('')}${key.export({ type: 'pkcs8', format: 'pem' })}`;
}

/** The pair that all members show; files that are replaced are taken over when they are right, and told when not. */
function fixedIssuer(authorities: readonly string[], readNow: () => string, warn: (line: string) => void): Issuer {
  let good = readNow();
  let told = '';
  const now = (): string => {
    try {
      good = readNow();
      told = '';
    } catch (error) {
      // A certificate and its key are replaced one after the other: what was right stays until both are there.
      const { message } = error as Error;
      if (message !== told) warn(`${message} The certificate from before stays.`);
      told = message;
    }
    return good;
  };
  return { authorities, issue: async () => now(), isCurrent: (pem) => pem === now() };
}

/** What the options ask for; undefined where they leave it to the installation's own authority. Throws `Unusable`. */
export function readClusterTls(o: ClusterTlsOptions, warn: (line: string) => void): Issuer | undefined {
  const { clusterCa, clusterCaKey, clusterCert, clusterKey, clusterHost = '127.0.0.1', srvZone } = o;
  if (!clusterCa && !clusterCaKey && !clusterCert && !clusterKey) return undefined;
  if (!o.tls)
    throw new Unusable('--cluster-ca and what belongs to it go with --tls, without which clusters speak none.');
  if (!clusterCa) throw new Unusable('Name the authority that clients trust with --cluster-ca.');
  if (Boolean(clusterCert) !== Boolean(clusterKey))
    throw new Unusable('--cluster-cert and --cluster-key go together: name both files.');
  if (Boolean(clusterCaKey) === Boolean(clusterCert))
    throw new Unusable('With --cluster-ca goes either --cluster-ca-key, or --cluster-cert with --cluster-key.');
  const authorities = readAuthorities(clusterCa);
  const names = { host: clusterHost, zone: srvZone };
  if (clusterCert && clusterKey)
    return fixedIssuer(authorities, () => readPair(clusterCert, clusterKey, authorities, names), warn);
  const key = readKey('--cluster-ca-key', clusterCaKey!);
  if (!new X509Certificate(authorities[0]!).checkPrivateKey(key))
    throw new Unusable(`--cluster-ca-key ${clusterCaKey} is not the key of the first certificate in ${clusterCa}.`);
  if (!canSign(key))
    throw new Unusable(
      `--cluster-ca-key ${clusterCaKey} is neither an RSA key nor one of the curves P-256, P-384, P-521.`,
    );
  return signingIssuer(authorities, key.export({ type: 'pkcs8', format: 'pem' }) as string);
}

/** The certificates that members show now. */
function shownBy(clusters: string): string[] {
  if (!existsSync(clusters)) return [];
  const entries = readdirSync(clusters, { recursive: false, withFileTypes: true }).filter((it) => it.isDirectory());
  return entries.flatMap(({ name }) =>
    readdirSync(join(clusters, name))
      .filter((it) => /-\d+\.pem$/.test(it))
      .map((it) => readFileSync(join(clusters, name, it), 'utf8')),
  );
}

export async function openClusterTls(data: DataDirectory, brought: Issuer | undefined): Promise<Authority> {
  const [certFile, keyFile, caFile] = [data.file('authority.pem'), data.file('ca.key'), data.file('ca.pem')];
  adoptFormerAuthority(certFile, keyFile, caFile);
  const issuer = brought ?? (await ownIssuer(certFile, keyFile, data.vault));
  return trusting(issuer, caFile, shownBy(data.file('clusters')));
}
