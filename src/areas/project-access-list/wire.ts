import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { links as linksReply, sometimes } from '../../kernel/wire.ts';
import { type AccessListEntry, addressOf } from './model.ts';

const opt = Type.Optional;
const text = opt(Type.Union([Type.String(), Type.Null()]));

export const Entries = Type.Array(
  Type.Object(
    {
      awsSecurityGroup: text,
      cidrBlock: text,
      ipAddress: text,
      comment: text,
      deleteAfterDate: opt(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
      // Clients that send back what they read include them.
      groupId: opt(Type.Unknown()),
      links: opt(Type.Unknown()),
    },
    { additionalProperties: false },
  ),
);

export interface WantedEntry {
  awsSecurityGroup?: string;
  cidrBlock?: string;
  ipAddress?: string;
  comment?: string;
  deleteAfterDate?: Date;
}

/** Clients send what they have not as null or as empty text. */
export const readEntries = (wire: Record<string, string | null | undefined>[]): WantedEntry[] =>
  wire.map((it) => ({
    awsSecurityGroup: it.awsSecurityGroup || undefined,
    cidrBlock: it.cidrBlock || undefined,
    ipAddress: it.ipAddress || undefined,
    comment: it.comment ?? undefined,
    deleteAfterDate: it.deleteAfterDate ? new Date(it.deleteAfterDate) : undefined,
  }));

export const EntryReply = Type.Object({
  groupId: Type.String(),
  cidrBlock: Type.String(),
  ...sometimes(Type.String(), 'comment', 'deleteAfterDate', 'ipAddress'),
  links: linksReply,
});

export const writeEntry = (it: AccessListEntry, links: Links) => ({
  cidrBlock: it.cidrBlock,
  ipAddress: addressOf(it.cidrBlock),
  comment: it.comment,
  deleteAfterDate: it.deleteAfterDate && wireInstant(it.deleteAfterDate),
  groupId: it.groupId,
  links: [links.self(`/groups/${it.groupId}/accessList/${encodeURIComponent(it.cidrBlock)}`)],
});
