import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import Type from 'typebox';
import { transact } from '../../base/state.ts';
import { operation } from '../../kernel/operation.ts';
import { processOn } from '../../mongod/index.ts';
import { allowed, type LookFail, lookFails, memberFor, type StaffRoom } from './looking.ts';
import { mayReadDiagnostics } from './model.ts';
import { sessionEvent } from './sessions.ts';

interface Place {
  /** Of the member: its data, its log. */
  dir: string;
  pid: string;
}

/**
 * What staff may run where a member is: how the host and the process are. None takes words from outside, and none shows
 * what is in a database: the files of a mongod bear numbers for names.
 */
const commands = {
  disk: ({ dir }: Place) => ['df', '-P', '-k', dir],
  files: ({ dir }: Place) => ['ls', '-l', join(dir, 'data')],
  kernel: () => ['uname', '-a'],
  load: () => ['uptime'],
  memory: () => ['free', '-m'],
  process: ({ pid }: Place) => ['ps', '-o', 'pid,stat,etime,time,pcpu,pmem,rss,vsz,nlwp,args', '-p', pid],
} as const satisfies Record<string, (at: Place) => string[]>;

type CommandName = keyof typeof commands;

const LIMIT_MS = 10_000;
const MOST_BYTES = 1_000_000;

interface Ran {
  command: string;
  exitCode: number;
  output: string;
}

/** Undefined where the host has no such program. */
const run = ([program, ...args]: readonly string[]): Promise<Ran | undefined> =>
  new Promise((resolve) => {
    const options = { timeout: LIMIT_MS, maxBuffer: MOST_BYTES, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
    execFile(program!, args, options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') return resolve(undefined);
      const exitCode = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ command: [program, ...args].join(' '), exitCode, output: `${stdout}${stderr}` });
    });
  });

export const runStaffCommand = operation<StaffRoom, { command: CommandName }, Ran, LookFail>({
  id: 'runStaffCommand',
  surface: 'telamon',
  route: 'POST /staff/clusters/{clusterId}/members/{member}/commands',
  inside: 'staff',
  roles: [],
  fails: lookFails,
  versions: {
    '2023-01-01': {
      body: Type.Object({ command: Type.Enum(Object.keys(commands)) }, { additionalProperties: false }),
      reply: Type.Object({ command: Type.String(), exitCode: Type.Integer(), output: Type.String() }),
      status: 200,
    },
  },
  async run(call, room) {
    const { log } = await memberFor(call, room, mayReadDiagnostics, 'ALERT_HOST_SSH_SESSION_STARTED');
    const dir = dirname(log);
    // 0 is nobody's: the member is down, and what its lock file names may be somebody else by now.
    const pid = String(processOn(join(dir, 'data'))?.pid ?? 0);
    const ran = await run(commands[call.wanted.command]({ dir, pid }));
    if (!ran) throw call.fail('RESOURCE_NOT_FOUND', `program for ${call.wanted.command} on this host`);
    return ran;
  },
});

type RestartFail = LookFail | 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT' | 'CLUSTER_RESTART_INVALID';

/** The member is stopped and started by whoever keeps the cluster: this only asks for it. */
export const restartStaffMember = operation<StaffRoom, unknown, void, RestartFail>({
  id: 'restartStaffMember',
  surface: 'telamon',
  route: 'POST /staff/clusters/{clusterId}/members/{member}:restart',
  inside: 'staff',
  roles: [],
  fails: [...lookFails, 'CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT', 'CLUSTER_RESTART_INVALID'],
  versions: { '2023-01-01': { status: 202 } },
  async run({ path, note, fail }, room) {
    const cluster = await room.clusters.findById(path.clusterId!);
    if (!cluster) throw fail('RESOURCE_NOT_FOUND', `cluster ${path.clusterId}`);
    if (!(await allowed(room, cluster, mayReadDiagnostics))) throw fail('EMPLOYEE_ACCESS_NOT_GRANTED', cluster.name);
    if (!room.clusters.logFiles(cluster).some((it) => it.member === path.member))
      throw fail('RESOURCE_NOT_FOUND', `member ${path.member}`);
    await transact(room.state, async (tx) => {
      if (await room.imports.isRunningInto(cluster._id, tx))
        throw fail('CANNOT_MODIFY_CLUSTER_WITH_RUNNING_LIVE_IMPORT');
      if (!(await room.clusters.restart(cluster._id, path.member!, tx))) throw fail('CLUSTER_RESTART_INVALID');
      await note(sessionEvent('PROCESS_RESTART_REQUESTED', cluster), tx);
    });
  },
});

export const hostOperations = [runStaffCommand, restartStaffMember];
