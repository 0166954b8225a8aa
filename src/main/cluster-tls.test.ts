// What `telamon up` says of certificates for clusters that it cannot use.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { issueToClient, issueToServer, newAuthority } from '../base/certificates.ts';
import { type ClusterTlsOptions, readClusterTls } from './cluster-tls.ts';

const dir = mkdtempSync(join(tmpdir(), 'telamon-certificates-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const silent = () => assert.fail('nothing is to be told');

const authority = await newAuthority('Example', 30);
const other = await newAuthority('Other', 30);
const past = await newAuthority('Past', -1 / 24);
const pair = await issueToServer(authority, ['db.example.com', '10.1.2.3']);
const strange = await issueToServer(other, ['db.example.com']);
const client = await issueToClient(authority, {
  subject: [{ CN: 'db.example.com' }],
  serial: 7,
  notAfter: new Date(Date.now() + 86_400_000),
});
const ca = file('ca.pem', authority.certificate);
const caKey = file('ca.key', authority.key);
const cert = file('cert.pem', pair.certificate);
const key = file('cert.key', pair.key);
const given = { tls: true, clusterCa: ca, clusterCert: cert, clusterKey: key, clusterHost: 'db.example.com' };

test('an authority with its key, of RSA too, signs certificates for members', async () => {
  const rsa = [join(dir, 'rsa.pem'), join(dir, 'rsa.key')] as const;
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=rsa',
      '-days',
      '9',
      '-out',
      rsa[0],
      '-keyout',
      rsa[1],
    ],
    { stdio: 'pipe' },
  );
  for (const [clusterCa, clusterCaKey] of [[ca, caKey], rsa]) {
    const issuer = readClusterTls({ tls: true, clusterCa, clusterCaKey }, silent)!;
    const issued = await issuer.issue(['localhost', '10.1.2.3']);
    assert.ok(new X509Certificate(issued).verify(new X509Certificate(issuer.authorities[0]!).publicKey));
    assert.ok(issuer.isCurrent(issued, ['localhost']));
    assert.equal(issuer.isCurrent(issued, ['db.example.com']), false, 'it does not name that address');
    assert.equal(issuer.isCurrent(strange.certificate, ['db.example.com']), false, 'another authority signed it');
  }
});

test('a certificate for all members, by its name or its address', async () => {
  for (const clusterHost of ['db.example.com', '10.1.2.3']) {
    const issuer = readClusterTls({ ...given, clusterHost }, silent)!;
    assert.match(await issuer.issue(['db.example.com']), /BEGIN CERTIFICATE[\s\S]*BEGIN PRIVATE KEY/);
  }
});

test('what cannot be used is named, with what to do', async () => {
  const locked = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
  const late = file('late.pem', (await expired()).certificate);
  const cases: [ClusterTlsOptions, RegExp][] = [
    [{ ...given, tls: false }, /go with --tls/],
    [{ tls: true, clusterCert: cert, clusterKey: key }, /Name the authority .* with --cluster-ca/],
    [{ ...given, clusterKey: undefined }, /--cluster-cert and --cluster-key go together/],
    [{ tls: true, clusterCa: ca }, /either --cluster-ca-key, or --cluster-cert/],
    [{ ...given, clusterCaKey: caKey }, /either --cluster-ca-key, or --cluster-cert/],
    [{ ...given, clusterCa: join(dir, 'none') }, /--cluster-ca .*none cannot be read \(ENOENT\)/],
    [{ ...given, clusterCa: file('text', 'text') }, /--cluster-ca .*text holds no certificate in PEM/],
    [{ ...given, clusterCa: cert }, /holds CN=db\.example\.com, which is no authority/],
    [{ ...given, clusterCa: file('past.pem', past.certificate) }, /holds CN=Past, which expired on/],
    [{ ...given, clusterCert: key }, /--cluster-cert .* holds (no|what is no) certificate in PEM/],
    [{ ...given, clusterCert: late, clusterKey: file('late.key', (await expired()).key) }, /late\.pem expired on/],
    [{ ...given, clusterKey: caKey }, /--cluster-key .*ca\.key is not the key of .*cert\.pem/],
    [{ ...given, clusterKey: cert }, /--cluster-key .*cert\.pem holds no private key in PEM/],
    [{ ...given, clusterKey: file('locked.key', locked) }, /is locked by a passphrase/],
    [{ ...given, clusterHost: undefined }, /does not name 127\.0\.0\.1, .*it names DNS:db\.example\.com/],
    [{ ...given, srvZone: 'example.net' }, /does not name \*\.example\.net, below which --srv-zone/],
    [
      { ...given, clusterCert: file('strange.pem', strange.certificate), clusterKey: file('strange.key', strange.key) },
      /strange\.pem is not signed by an authority of --cluster-ca/,
    ],
    [
      { ...given, clusterCert: file('client.pem', client.certificate), clusterKey: file('client.key', client.key) },
      /does not name db\.example\.com/,
    ],
    [{ tls: true, clusterCa: ca, clusterCaKey: key }, /is not the key of the first certificate in .*ca\.pem/],
  ];
  for (const [options, message] of cases) assert.throws(() => readClusterTls(options, silent), { message });
});

test('replaced files are taken over once both are there; until then the old ones stay, and the reason is told once', async () => {
  const told: string[] = [];
  const issuer = readClusterTls(given, (line) => told.push(line))!;
  const before = await issuer.issue([]);
  const next = await issueToServer(authority, ['db.example.com']);
  file('cert.pem', next.certificate);
  assert.ok(issuer.isCurrent(before, []));
  assert.ok(issuer.isCurrent(before, []));
  assert.equal(told.length, 1);
  assert.match(told[0]!, /is not the key of .* The certificate from before stays\./);
  file('cert.key', next.key);
  assert.equal(issuer.isCurrent(before, []), false);
  assert.ok((await issuer.issue([])).startsWith(next.certificate.trim()));
});

let made: { certificate: string; key: string } | undefined;
/** A server's certificate that has ended; made once, so that its key is its own. */
async function expired() {
  if (made) return made;
  const [out, keyOut, request] = ['old.pem', 'old.key', 'old.csr'].map((it) => join(dir, it)) as [
    string,
    string,
    string,
  ];
  execFileSync(
    'openssl',
    ['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=old', '-keyout', keyOut, '-out', request],
    {
      stdio: 'pipe',
    },
  );
  execFileSync('openssl', ['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-days', '-1', '-out', out], {
    stdio: 'pipe',
  });
  made = { certificate: readFileSync(out, 'utf8'), key: readFileSync(keyOut, 'utf8') };
  return made;
}
