/** Live migration of one replica set into another: copy, follow, cut over; compare; inspect. */
export { blockProblem, LET_IN, releaseWrites } from './block.ts';
export { type Comparison, compareDeployments } from './compare.ts';
export { createMigration, type Migration } from './engine.ts';
export { MigrationFailed, MigrationStopped, Superseded } from './errors.ts';
export { type ChangeSource, changeSources } from './feed.ts';
export { forgetMigration } from './forget.ts';
export { type Held, heldIn, STILL_BLOCKED } from './held.ts';
export { type Inventory, inspectDeployment } from './inspect.ts';
export type { Progress } from './progress.ts';
export type { Report } from './report.ts';
export { validateMigration } from './validate.ts';
export type { MigrationOptions } from './wanted.ts';
