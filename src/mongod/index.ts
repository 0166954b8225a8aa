/** Real mongod processes on this host: found, started, adopted, formed into replica sets, stopped. */
export { type Binary, findMongod } from './binary.ts';
export {
  findMember,
  freePort,
  logPath,
  MemberFailed,
  type MemberHandle,
  type MemberSpec,
  removeMember,
  startMember,
  stopMember,
  writeKeyFile,
} from './member.ts';
export { type Admin, ensureReplicaSet, type Host, replicaSetUri, type SetSpec } from './replica-set.ts';
export { dropUser, ensureRole, ensureUser, syncUsers } from './users.ts';
