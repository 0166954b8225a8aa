/** A certificate that was issued to a database user. Neither it nor its key is kept: they are shown once. */
export interface UserCertificate {
  /** Its serial number. */
  _id: number;
  groupId: string;
  username: string;
  /** As mongod knows its owner. */
  subject: string;
  createdAt: Date;
  notAfter: Date;
}

/** Whose certificates the clusters of a project accept. */
export interface ClientAuthorities {
  /** The project's id. */
  _id: string;
  /** The project's own authority, which signs for users with `x509Type` MANAGED; made with their first certificate. */
  own?: { certificate: string; sealedKey: string };
  /** PEM of those that the customer brought, for users with `x509Type` CUSTOMER. */
  cas?: string;
}

export const MOST_MONTHS = 24;
export const DEFAULT_MONTHS = 3;

/** Longer than anything it signs, so that no certificate of a user outlives its authority. */
export const AUTHORITY_DAYS = 30 * 365;

/** Serial numbers that a double, and so JSON, holds exactly. */
export const MOST_SERIAL = 2 ** 47;

/** So many months later, on the last day of a month that is shorter. */
export function monthsAfter(from: Date, months: number): Date {
  const at = new Date(from);
  at.setUTCMonth(at.getUTCMonth() + months);
  if (at.getUTCDate() !== from.getUTCDate()) at.setUTCDate(0);
  return at;
}
