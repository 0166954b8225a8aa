import Type from 'typebox';
import { Value } from 'typebox/value';

/** What a link token says, once it is opened; see the room of live migrations, which makes them. */
export interface LinkToken {
  v: 1;
  url: string;
  orgId: string;
  orgName: string;
  linkId: string;
  publicKey: string;
  privateKey: string;
}

const Shape = Type.Object({
  v: Type.Literal(1),
  url: Type.String({ pattern: '^https?://' }),
  orgId: Type.String(),
  orgName: Type.String(),
  linkId: Type.String(),
  publicKey: Type.String(),
  privateKey: Type.String(),
});

/** Undefined when the text is no token of this version. */
export function readToken(text: string): LinkToken | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text.trim(), 'base64url').toString('utf8'));
    return Value.Check(Shape, value) ? (value as LinkToken) : undefined;
  } catch {
    // Not JSON: not a token.
    return undefined;
  }
}
