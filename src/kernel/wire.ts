import Type, { type TSchema } from 'typebox';
import type { FieldViolation } from './failure.ts';

/**
 * Attributes that are the server's to say. Clients send back what they have read, so a body may hold them; they are
 * dropped before an operation sees it, whatever they hold.
 */
export const echoed = (...names: string[]) =>
  Object.fromEntries(names.map((it) => [it, Type.Optional(Type.Unknown({ readOnly: true }))]));

/** How a schema says of itself in `badRequestDetail` that a value is none of its own; `%s` is the value. */
export const VIOLATION = 'x-telamon-violation';

/** How a schema says of a list that it is a set. */
export const SET = 'x-telamon-set';

/** A list that is a set, as Atlas keeps those of roles: what is named twice counts once. */
export const setOf = <T extends TSchema>(items: T, options: { minItems?: number } = {}) =>
  Type.Array(items, { ...options, [SET]: true });

/** The name of a role where Atlas was seen to refuse what is none with BAD_REQUEST, and with that field. */
export const roleName = <T extends string>(names: readonly T[]) => {
  const violation: FieldViolation = {
    field: '_roles',
    description: "Invalid role name '%s'. Must be a valid Role name.",
  };
  return Type.Enum([...names], { [VIOLATION]: violation });
};

/** Attributes of an answer, all of one kind, that are only there when there is something to say. */
export const sometimes = <T extends TSchema>(schema: T, ...names: string[]) =>
  Object.fromEntries(names.map((it) => [it, Type.Optional(schema)]));

/** For a reply: where Atlas's clients find what belongs to it. */
export const links = Type.Optional(Type.Array(Type.Object({ href: Type.String(), rel: Type.String() })));

export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
