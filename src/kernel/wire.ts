import Type from 'typebox';

/**
 * Attributes that are the server's to say. Clients send back what they have read, so a body may hold them; they are
 * dropped before an operation sees it, whatever they hold.
 */
export const echoed = (...names: string[]) =>
  Object.fromEntries(names.map((it) => [it, Type.Optional(Type.Unknown({ readOnly: true }))]));
