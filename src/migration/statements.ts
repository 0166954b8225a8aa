import type { Body } from './body.ts';
import { elements, idOf, T } from './bson.ts';
import type { Dirty } from './window.ts';

/** The statements of writes, as bytes. */

export interface Identified {
  idType: number;
  id: Buffer;
}

/** Numbers, strings, binary data, ObjectIds, booleans, times: what a query by nothing but the value cannot misread. */
const plainIds = new Set([1, 2, 5, 7, 8, 9, 16, 17, 18, 19]);

/** By the value alone the server goes straight to the document; with an operator it makes a plan first, each time. */
function query(body: Body, type: number, id: Buffer): void {
  body.document('q', () => {
    if (plainIds.has(type)) body.element(type, '_id', id);
    else body.document('_id', () => body.element(type, '$eq', id));
  });
}

export const deletes = (body: Body, all: readonly Identified[]): Body =>
  body.array('deletes', all, (it) => {
    query(body, it.idType, it.id);
    body.int('limit', 1);
  });

export const documents = (body: Body, all: readonly Buffer[]): Body =>
  body.array('documents', all, (it) => body.add(it.subarray(4, -1)));

export const replacements = (body: Body, all: readonly Buffer[]): Body =>
  body.array('updates', all, (it) => {
    const id = idOf(it, 0);
    query(body, id.type, id.value);
    body.element(T.document, 'u', it).bool('upsert', true);
  });

export const diffs = (body: Body, all: readonly Dirty[]): Body =>
  body.array('updates', all, (it) => {
    query(body, it.idType, it.id);
    body.array('u', it.diffs, (diff) => {
      body.document('$_internalApplyOplogUpdate', () => body.element(T.document, 'oplogUpdate', diff));
    });
  });

/** A filter that finds all of these. */
export const amongIds = (body: Body, all: readonly Identified[]): Body =>
  body.document('filter', () => {
    body.document('_id', () => {
      body.head(T.array, '$in').enclosed(() => {
        all.forEach((it, n) => {
          body.element(it.idType, String(n), it.id);
        });
      });
    });
  });

/** A top-level name with a dollar reads as an operator in an update; such documents can only be inserted. */
export function looksLikeOperators(document: Buffer): boolean {
  if (!document.includes(0x24)) return false;
  for (const it of elements(document)) if (it.name.startsWith('$')) return true;
  return false;
}
