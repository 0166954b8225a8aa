import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';

/** Everything an agent needs, in one text; it means nothing to its user. */
const LinkToken = Type.Object({
  v: Type.Literal(1),
  url: Type.String({ pattern: '^https?://' }),
  orgId: Type.String(),
  orgName: Type.String(),
  linkId: Type.String(),
  publicKey: Type.String(),
  privateKey: Type.String(),
});
export type LinkToken = Static<typeof LinkToken>;

export const encodeToken = (token: LinkToken): string => Buffer.from(JSON.stringify(token)).toString('base64url');

/** Undefined when the text is no token of this version. */
export function readToken(text: string): LinkToken | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text.trim(), 'base64url').toString('utf8'));
    return Value.Check(LinkToken, value) ? value : undefined;
  } catch {
    // Not JSON: not a token.
    return undefined;
  }
}
