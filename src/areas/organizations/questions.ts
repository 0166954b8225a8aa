import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { State, Tx } from '../../base/state.ts';
import { createTogether } from '../../base/together.ts';
import { fail } from '../../kernel/failure.ts';
import type { OrgPlace } from '../../kernel/operation.ts';
import { type NewOrganization, newOrganization, type Organization } from './model.ts';
import type { OrgStore } from './store.ts';

/** What those who hold an organization may know of it. */
export interface HeldOrg {
  /** Throws VALIDATION_ERROR for a secret that would live longer than the organization lets secrets live. */
  checkSecretLife(hours: number): void;
}

/** The shortest sessions that any of some organizations wants of its people, in seconds; undefined where none says. */
export interface SessionTimeouts {
  absoluteSeconds?: number;
  /** Without a page being asked for. */
  idleSeconds?: number;
}

function shortest(wanted: readonly (number | null | undefined)[]): number | undefined {
  const said = wanted.filter((it) => it != null);
  return said.length ? Math.min(...said) : undefined;
}

/** What other rooms may ask of the organizations. */
export function createOrgQuestions(state: State, store: OrgStore, clock: Clock) {
  /** Before creating anything inside: throws ORG_NOT_FOUND when the organization is gone or going. */
  async function hold(id: string, tx: Tx): Promise<HeldOrg> {
    const held = await store.hold(id, tx);
    if (!held) throw fail('ORG_NOT_FOUND', id);
    return {
      checkSecretLife(hours) {
        const most = held.settings.maxServiceAccountSecretValidityInHours;
        if (most !== undefined && hours > most)
          throw fail('VALIDATION_ERROR', `secretExpiresAfterHours must be at most ${most} in this organization`);
      },
    };
  }
  return {
    hold,
    /** A transaction that holds the organization: what creates something inside. Throws ORG_NOT_FOUND. */
    within: createTogether(state, hold),
    async create(about: NewOrganization, tx?: Tx): Promise<Organization> {
      const made = newOrganization(newId(), about, clock.now());
      await store.insert(made, tx);
      return made;
    },
    async place(id: string): Promise<OrgPlace | undefined> {
      const org = await store.find(id);
      return org ? { id, name: org.name, apiAccessListRequired: org.settings.apiAccessListRequired } : undefined;
    },
    /** What the operator means by a name or an id. */
    named: async (text: string): Promise<{ id: string }[]> => (await store.named(text)).map((it) => ({ id: it._id })),
    async sessionTimeouts(ids: readonly string[]): Promise<SessionTimeouts> {
      const wanted = (await Promise.all(ids.map((id) => store.find(id)))).map(
        (it) => it?.settings.customSessionTimeouts ?? {},
      );
      return {
        absoluteSeconds: shortest(wanted.map((it) => it.absoluteSessionTimeoutInSeconds)),
        idleSeconds: shortest(wanted.map((it) => it.idleSessionTimeoutInSeconds)),
      };
    },
    async restrictEmployeeAccess(id: string): Promise<boolean> {
      return (await store.find(id))?.settings.restrictEmployeeAccess ?? true;
    },
  };
}

export type OrgQuestions = ReturnType<typeof createOrgQuestions>;
