import { randomInt } from 'node:crypto';

/** A device that waits until somebody who signed in allows it. */
export interface DeviceGrant {
  /** Fingerprint of the device code. */
  _id: string;
  /** What the person types, without its dash. */
  userCode: string;
  clientId: string;
  scope: string;
  expiresAt: Date;
  decision?: { userId: string; allowed: boolean };
}

/** A device that may ask for access tokens without the person. */
export interface RefreshToken {
  /** Fingerprint of the token. */
  _id: string;
  userId: string;
  clientId: string;
  scope: string;
  expiresAt: Date;
}

/** Somebody who signed in with a browser. */
export interface BrowserSession {
  /** Fingerprint of the cookie. */
  _id: string;
  userId: string;
  expiresAt: Date;
  /** When its browser last asked for a page. */
  usedAt: Date;
}

/** Passwords that may be wrong in a quarter of an hour. */
export interface SignInFailures {
  /** Of one name from one address, or of one person in anything else. */
  each: number;
  /** Of one name from all addresses, and of one address with all names, behind which many people may sit. */
  ofAll: number;
}

export const signInFailures: SignInFailures = { each: 10, ofAll: 100 };

export const DEVICE_CODE_SECONDS = 600;
export const POLL_SECONDS = 5;
export const REFRESH_DAYS = 30;
/** What Atlas lets a session last when its organization does not say. */
export const SESSION_SECONDS = 43_200;

/** No vowels, so that it spells nothing, and none that look like another. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
export const newUserCode = (): string => Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]!).join('');
export const shownCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;
export const readCode = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z]/g, '');
