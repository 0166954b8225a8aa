import Type, { type Static } from 'typebox';

const Figure = Type.Number({ minimum: 0 });

/** How far a migration is: what the engine tells, an agent sends, and the control plane keeps and shows. */
export const MigrationProgress = Type.Object(
  {
    /** Any text, so that an agent that is newer than its control plane may know more phases. */
    phase: Type.String({ minLength: 1, maxLength: 255 }),
    bytesCopied: Figure,
    bytesTotal: Figure,
    documentsCopied: Figure,
    documentsTotal: Figure,
    collectionsCopied: Figure,
    collectionsTotal: Figure,
    bytesPerSecond: Figure,
    documentsPerSecond: Figure,
    /** What the initial copy is held to, by a rate that was asked for or by the writes of the source; absent otherwise. */
    bytesPerSecondAllowed: Type.Optional(Figure),
    changesApplied: Figure,
    /** Where the changes are read, `oplog` or `change-stream`; absent before they are. */
    changesFrom: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    /** How far the destination is behind; absent before the tail runs and after the cutover began. */
    lagSeconds: Type.Optional(Figure),
    readyForCutover: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type MigrationProgress = Static<typeof MigrationProgress>;
