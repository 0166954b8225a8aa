import { Ajv, type ValidateFunction } from 'ajv';
import Type, { type Static } from 'typebox';

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

/** Made at its first use, which is an agent's. */
let isToken: ValidateFunction<LinkToken> | undefined;

export const encodeToken = (token: LinkToken): string => Buffer.from(JSON.stringify(token)).toString('base64url');

/** Undefined when the text is no token of this version. */
export function readToken(text: string): LinkToken | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text.trim(), 'base64url').toString('utf8'));
    isToken ??= new Ajv({ strict: false }).compile<LinkToken>(LinkToken);
    return isToken(value) ? value : undefined;
  } catch {
    // Not JSON: not a token.
    return undefined;
  }
}
