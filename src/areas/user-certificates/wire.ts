import Type from 'typebox';
import { wireInstant } from '../../base/clock.ts';
import type { Links } from '../../kernel/operation.ts';
import { links as linksReply } from '../../kernel/wire.ts';
import { type ClientAuthorities, DEFAULT_MONTHS, MOST_MONTHS, type UserCertificate } from './model.ts';

const closed = { additionalProperties: false };
const opt = Type.Optional;
const anything = opt(Type.Unknown());
const off = opt(Type.Union([Type.Boolean(), Type.Null()]));

/** Clients that send back what they read include more than the months. */
export const CreateCertificate = Type.Object(
  {
    monthsUntilExpiration: opt(
      Type.Union([Type.Integer({ minimum: 1, maximum: MOST_MONTHS, default: DEFAULT_MONTHS }), Type.Null()]),
    ),
    ...{ _id: anything, createdAt: anything, groupId: anything },
    ...{ notAfter: anything, subject: anything, links: anything },
  },
  closed,
);

export const readMonths = (wire: { monthsUntilExpiration?: number | null }): number =>
  wire.monthsUntilExpiration ?? DEFAULT_MONTHS;

/** The certificate and its key, PEM. Atlas sends it as it is, though its content type speaks of JSON. */
export const CertificateText = Type.String();

export const CertificateReply = Type.Object({
  _id: Type.Integer(),
  createdAt: Type.String(),
  groupId: Type.String(),
  notAfter: Type.String(),
  subject: Type.String(),
});

export const writeCertificate = ({ createdAt, notAfter, ...rest }: UserCertificate) => ({
  _id: rest._id,
  createdAt: wireInstant(createdAt),
  groupId: rest.groupId,
  notAfter: wireInstant(notAfter),
  subject: rest.subject,
});

/** No more than a browser ships: what members read at each start. */
const MOST_PEM = 500_000;

export const UpdateSecurity = Type.Object(
  {
    customerX509: opt(
      Type.Union([
        Type.Object(
          { cas: opt(Type.Union([Type.String({ maxLength: MOST_PEM }), Type.Null()])), links: anything },
          closed,
        ),
        Type.Null(),
      ]),
    ),
    ldap: opt(
      Type.Union([
        Type.Object({ authenticationEnabled: off, authorizationEnabled: off }, { additionalProperties: true }),
        Type.Null(),
      ]),
    ),
    links: anything,
  },
  closed,
);

export interface WantedSecurity {
  cas?: string;
  /** The LDAP attributes that are wanted and are not `false`. */
  ldap: string[];
}

interface SecurityWire {
  customerX509?: { cas?: string | null } | null;
  ldap?: Record<string, unknown> | null;
}

export const readSecurity = ({ customerX509, ldap }: SecurityWire): WantedSecurity => ({
  cas: customerX509?.cas ?? undefined,
  ldap: Object.entries(ldap ?? {}).flatMap(([name, value]) => (value === false || value === null ? [] : [name])),
});

export const SecurityReply = Type.Object({
  customerX509: Type.Object({ cas: opt(Type.String()) }),
  ldap: Type.Object({ authenticationEnabled: Type.Boolean(), authorizationEnabled: Type.Boolean() }),
  links: linksReply,
});

export const writeSecurity = ({ _id, cas }: ClientAuthorities, links: Links) => ({
  customerX509: { cas },
  ldap: { authenticationEnabled: false, authorizationEnabled: false },
  links: [links.self(`/groups/${_id}/userSecurity`)],
});
