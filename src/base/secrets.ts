import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** Keeps secrets encrypted at rest under the installation's master key (AES-256-GCM). */
export interface Vault {
  /** Returns `v1.<iv>.<tag>.<ciphertext>`, base64url. `about` binds the ciphertext to its record. */
  seal(clear: string, about: string): string;
  /** Throws when the text was changed, belongs to another record or to another master key. */
  open(sealed: string, about: string): string;
  /** A key for one purpose, derived from the master key (32 bytes). */
  derive(purpose: string): Buffer;
}

export function createVault(masterKey: Buffer): Vault {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', masterKey, '', `telamon:${purpose}`, 32));
  // A key object is made once; a plain buffer would be made into one at every use, which costs more than the cipher.
  const key = createSecretKey(derive('seal'));
  return {
    derive,
    seal(clear, about) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()]);
      return ['v1', iv, cipher.getAuthTag(), body]
        .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
        .join('.');
    },
    open(sealed, about) {
      const [version, iv, tag, body] = sealed.split('.');
      if (version !== 'v1' || !iv || !tag || body === undefined) throw new Error('not a sealed secret');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url')).setAAD(Buffer.from(about));
      decipher.setAuthTag(Buffer.from(tag, 'base64url'));
      return decipher.update(body, 'base64url', 'utf8') + decipher.final('utf8');
    },
  };
}

/** For secrets of high entropy that are only ever compared. */
export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares in time that does not depend on where the texts differ. */
export function sameText(a: string, b: string): boolean {
  const [x, y] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
  return timingSafeEqual(x, y);
}
