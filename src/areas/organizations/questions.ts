import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { Tx } from '../../base/state.ts';
import { fail } from '../../kernel/failure.ts';
import type { OrgPlace } from '../../kernel/operation.ts';
import { type NewOrganization, newOrganization, type Organization } from './model.ts';
import type { OrgStore } from './store.ts';

/** What other rooms may ask of the organizations. */
export function createOrgQuestions(store: OrgStore, clock: Clock) {
  return {
    async create(about: NewOrganization, tx?: Tx): Promise<Organization> {
      const made = newOrganization(newId(), about, clock.now());
      await store.insert(made, tx);
      return made;
    },
    async place(id: string): Promise<OrgPlace | undefined> {
      const org = await store.find(id);
      return org ? { id, name: org.name, apiAccessListRequired: org.settings.apiAccessListRequired } : undefined;
    },
    /** Before creating anything inside: throws ORG_NOT_FOUND when the organization is gone or going. */
    async hold(id: string, tx: Tx): Promise<void> {
      if (!(await store.hold(id, tx))) throw fail('ORG_NOT_FOUND', id);
    },
    /** The shortest session that any of these organizations wants of its people, in seconds. */
    async sessionSeconds(ids: readonly string[]): Promise<number | undefined> {
      const wanted = (await Promise.all(ids.map((id) => store.find(id)))).flatMap(
        (it) => it?.settings.customSessionTimeouts?.absoluteSessionTimeoutInSeconds ?? [],
      );
      return wanted.length ? Math.min(...wanted) : undefined;
    },
    async checkSecretLife(id: string, hours: number, tx: Tx): Promise<void> {
      const most = (await store.find(id, tx))?.settings.maxServiceAccountSecretValidityInHours;
      if (most !== undefined && hours > most)
        throw fail('VALIDATION_ERROR', `secretExpiresAfterHours must be at most ${most} in this organization`);
    },
    async restrictEmployeeAccess(id: string): Promise<boolean> {
      return (await store.find(id))?.settings.restrictEmployeeAccess ?? true;
    },
  };
}

export type OrgQuestions = ReturnType<typeof createOrgQuestions>;
