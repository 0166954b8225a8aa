import { addAbortSignal, Readable } from 'node:stream';
import type { Vault } from '../../base/secrets.ts';
import { transact } from '../../base/state.ts';
import type { EventType } from '../../contract/event-types.ts';
import type { Call, Caller } from '../../kernel/operation.ts';
import type { Cluster } from '../clusters/questions.ts';
import type { MigrationQuestions } from '../live-migrations/questions.ts';
import type { mayReadLogs } from './model.ts';
import type { AccessRoom } from './operations.ts';
import { sessionEvent } from './sessions.ts';

export interface StaffRoom extends AccessRoom {
  vault: Vault;
  orgs: { restrictEmployeeAccess(orgId: string): Promise<boolean> };
  imports: Pick<MigrationQuestions, 'isRunningInto'>;
}

/** A rule of model.ts. */
export type May = typeof mayReadLogs;

/** Whether staff may do this on the cluster at this moment; asked anew every time. */
export async function allowed({ access, orgs, clock }: StaffRoom, cluster: Cluster, may: May): Promise<boolean> {
  const [grant, restricted] = await Promise.all([
    access.grant(cluster._id),
    orgs.restrictEmployeeAccess(cluster.orgId),
  ]);
  return may(grant, restricted, clock.now());
}

export const lookFails = ['EMPLOYEE_ACCESS_NOT_GRANTED', 'RESOURCE_NOT_FOUND'] as const;
export type LookFail = (typeof lookFails)[number];

/** The member that a path names, where access allows this; throws otherwise. The customer is told of it by `event`. */
export async function memberFor(
  { path, note, fail }: Pick<Call<unknown, LookFail>, 'path' | 'note' | 'fail'>,
  room: StaffRoom,
  may: May,
  event: EventType,
): Promise<{ cluster: Cluster; log: string }> {
  const cluster = await room.clusters.findById(path.clusterId!);
  // A cluster that access does not allow to see does not exist for staff, unless they know it by its id.
  if (!cluster) throw fail('RESOURCE_NOT_FOUND', `cluster ${path.clusterId}`);
  if (!(await allowed(room, cluster, may))) throw fail('EMPLOYEE_ACCESS_NOT_GRANTED', cluster.name);
  const file = room.clusters.logFiles(cluster).find((it) => it.member === path.member);
  if (!file) throw fail('RESOURCE_NOT_FOUND', `member ${path.member}`);
  await transact(room.state, (tx) => note(sessionEvent(event, cluster), tx));
  return { cluster, log: file.path };
}

/** What is read through a door that shuts when access ends: the reader is cut off, in the middle if need be. */
export function throughDoor(
  room: StaffRoom,
  { id }: Caller,
  cluster: Cluster,
  may: May,
  read: (signal: AbortSignal) => AsyncIterable<Buffer>,
): Readable {
  // Who reads may be gone before what it was let in by.
  const stays = async () => (await room.access.staff(id)) !== null && (await allowed(room, cluster, may));
  const door = room.doors.open(cluster._id, stays);
  const stream = Readable.from(read(door.signal));
  stream.once('close', door.close);
  return addAbortSignal(door.signal, stream);
}
