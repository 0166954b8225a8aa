/** Services that a project may tell of its alerts and figures, by Atlas's names. */
export const integrationTypes = [
  'PAGER_DUTY',
  'SLACK',
  'DATADOG',
  'NEW_RELIC',
  'OPS_GENIE',
  'VICTOR_OPS',
  'WEBHOOK',
  'PROMETHEUS',
  'MICROSOFT_TEAMS',
] as const;

export type IntegrationType = (typeof integrationTypes)[number];
export const isIntegrationType = (text: string): text is IntegrationType =>
  (integrationTypes as readonly string[]).includes(text);

/** A secret at rest: sealed, and what is shown of it. */
export interface SealedSecret {
  sealed: string;
  shown: string;
}

export interface Integration {
  _id: string;
  groupId: string;
  /** One of each type in a project. */
  type: IntegrationType;
  settings: Record<string, string | boolean | null>;
  secrets: Record<string, SealedSecret>;
  /** Of what a Prometheus says; the others' secrets must be told to others again, this one is only ever compared. */
  passwordHash?: string;
}
