/** As Atlas shows a secret: its last four characters behind as many stars as it has others. */
export const maskSecret = (secret: string): string => '*'.repeat(Math.max(0, secret.length - 4)) + secret.slice(-4);

/** Addresses carry their secret in the path: the host is shown. */
export const maskUrl = (url: string): string =>
  URL.canParse(url) ? `${new URL(url).origin}/****${url.slice(-4)}` : maskSecret(url);

/** By the name of the attribute that holds it. */
export const mask = (name: string, secret: string): string => (/url$/i.test(name) ? maskUrl : maskSecret)(secret);
