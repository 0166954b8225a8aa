/** Real mongod processes on this host: found, started, adopted, formed into replica sets, stopped. */
export { type Binary, findMongod } from './binary.ts';
export { type Clients, createClients } from './clients.ts';
export { logPath, type MemberSpec } from './command-line.ts';
export {
  type ManagedAccess,
  type ManagedRole,
  type ManagedUser,
  managedAccessPrint,
  type RoleName,
  type SyncedAccess,
  syncManagedAccess,
} from './managed-access.ts';
export {
  findMember,
  isCurrent,
  isTooTrusting,
  type MemberHandle,
  processOn,
  removeMember,
  startMember,
  stopMember,
  writeKeyFile,
} from './member.ts';
export { freePort } from './ports.ts';
export { createPulses, type Pulses } from './pulse.ts';
export {
  type Admin,
  codeName,
  connected,
  direct,
  ensureReplicaSet,
  type Host,
  replicaSetUri,
  type SetSpec,
  untilHealthy,
  untilPrimary,
} from './replica-set.ts';
export { type ConfigMember, nextStep, reshapeReplicaSet, type SetConfig, type Step, stepDown } from './reshape.ts';
export { dropOwned, dropUser, dropUserBy, ensureRole, ensureUser, type Mark, marks, type Owner } from './users.ts';
export { MemberFailed } from './why-ended.ts';
