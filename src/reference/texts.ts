import type { TagTexts, Text } from './text.ts';
import { accessTexts } from './texts/access.ts';
import { accountTexts } from './texts/accounts.ts';
import { clusterTexts } from './texts/clusters.ts';
import { databaseAccessTexts } from './texts/database-access.ts';
import { eventTexts } from './texts/events.ts';
import { invitationTexts } from './texts/invitations.ts';
import { limitTexts } from './texts/limits.ts';
import { migrationTexts } from './texts/migrations.ts';
import { monitoringTexts } from './texts/monitoring.ts';
import { networkTexts } from './texts/networks.ts';
import { organizationTexts } from './texts/organizations.ts';
import { ownTexts } from './texts/own.ts';
import { peopleTexts } from './texts/people.ts';
import { projectAccountTexts } from './texts/project-accounts.ts';
import { projectTexts } from './texts/projects.ts';

const tags: readonly TagTexts[] = [
  ...organizationTexts,
  ...projectTexts,
  ...accountTexts,
  ...clusterTexts,
  ...accessTexts,
  ...eventTexts,
  ...migrationTexts,
  ...peopleTexts,
  ...invitationTexts,
  ...limitTexts,
  ...projectAccountTexts,
  ...networkTexts,
  ...databaseAccessTexts,
  ...monitoringTexts,
  ...ownTexts,
];

const known = new Map(
  tags.flatMap(({ tag, operations }) => Object.entries(operations).map(([id, text]) => [id, { tag, text }])),
);

const UNTOLD = { en: 'Other', ja: 'その他' } as const;

/** An operation nobody has described yet goes by its id; testing/docs.test.ts says where its text belongs. */
export function textOf(id: string): { tag: TagTexts['tag']; text: Text } {
  return known.get(id) ?? { tag: UNTOLD, text: { en: [id, ''], ja: [id, ''] } };
}

export const isDescribed = (id: string): boolean => known.has(id);
