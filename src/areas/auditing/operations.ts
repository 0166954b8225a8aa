import Type from 'typebox';
import { operation } from '../../kernel/operation.ts';

interface AuditLog {
  enabled: boolean;
}

const AuditReply = Type.Object({
  auditAuthorizationSuccess: Type.Boolean(),
  configurationType: Type.String(),
  enabled: Type.Boolean(),
});
const AuditWire = Type.Object(
  {
    auditAuthorizationSuccess: Type.Optional(Type.Boolean()),
    auditFilter: Type.Optional(Type.String({ maxLength: 100_000 })),
    enabled: Type.Optional(Type.Boolean()),
    // Clients that send back what they read include it.
    configurationType: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

const write = ({ enabled }: AuditLog) => ({ auditAuthorizationSuccess: false, configurationType: 'NONE', enabled });

/** mongod writes an audit log in its Enterprise edition alone. */
export const getGroupAuditLog = operation<object, unknown, AuditLog>({
  id: 'getGroupAuditLog',
  route: 'GET /groups/{groupId}/auditLog',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: [],
  versions: { '2023-01-01': { reply: AuditReply, status: 200, write } },
  run: async () => ({ enabled: false }),
});

/** To say yes and audit nothing would be worse than to refuse; that it stays off is accepted. */
export const updateGroupAuditLog = operation<
  object,
  { enabled?: boolean; auditFilter?: string; auditAuthorizationSuccess?: boolean },
  AuditLog,
  'VALIDATION_ERROR'
>({
  id: 'updateGroupAuditLog',
  route: 'PATCH /groups/{groupId}/auditLog',
  inside: 'group',
  roles: ['GROUP_OWNER'],
  fails: ['VALIDATION_ERROR'],
  versions: { '2023-01-01': { body: AuditWire, reply: AuditReply, status: 202, write } },
  async run({ wanted, fail }) {
    if (wanted.enabled || wanted.auditAuthorizationSuccess)
      throw fail('VALIDATION_ERROR', 'enabled: the mongod of this server writes no audit log');
    return { enabled: false };
  },
});

export const auditOperations = [getGroupAuditLog, updateGroupAuditLog];
