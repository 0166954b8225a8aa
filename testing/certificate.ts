import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A certificate that signs itself, for `localhost` and 127.0.0.1, made with the `openssl` command; files are PEM. */
export function certificate(dir: string): { cert: string; key: string } {
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync('openssl', [...args, '-subj', '/CN=localhost', '-addext', names, '-keyout', key, '-out', cert], {
    stdio: 'pipe',
  });
  return { cert, key };
}
