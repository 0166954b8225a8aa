import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { AgentFlags } from '../agent/command.ts';
import { AgentEnded } from '../agent/ended.ts';
import { ApiFailed } from '../base/api-client.ts';
import { newSecret } from '../base/ids.ts';
import { createLog } from '../base/log.ts';
import { addClusterCommands } from './cluster-commands.ts';
import { Unusable } from './data-directory.ts';
import { defaultData, withData } from './data-option.ts';
import { environmentLines, type FirstOwner } from './installation.ts';
import { addMigrationCommands, changesOption } from './migration-commands.ts';
import { runningServer } from './running.ts';
import { addStaffCommands } from './staff.ts';
import { type Door, up } from './up.ts';
import { DNS, door, maxRate, portNumber, proxies, publicUrl, zone } from './values.ts';
import { VERSION } from './version.ts';

const out = (text: string) => void process.stdout.write(`${text}\n`);
const say = (text: string) => void process.stderr.write(`${text}\n`);
// Whoever read what is said may be gone; to stop in good order matters more than to be heard.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/**
 * Resolves at the first signal that asks to end. Later ones change nothing: a terminal and whoever runs this command
 * may both pass the same one on. `npx` puts a shell in between, which ends at a signal and does not pass it on: its end
 * is as good.
 */
const untilAsked = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    const shell = process.ppid;
    if (process.env.npm_lifecycle_event === 'npx') setInterval(() => process.ppid === shell || resolve(), 500).unref();
  });

interface UpFlags {
  data?: string;
  host: string;
  port: number;
  publicUrl?: string;
  trustProxy?: string[];
  tlsCert?: string;
  tlsKey?: string;
  rateLimits: boolean;
  sunsets: boolean;
  state?: string;
  mongod?: string;
  scale: 'full' | 'small';
  clusterHost?: string;
  srvZone?: string;
  srvListen: Door;
  tls?: boolean;
  clusterCa?: string;
  clusterCaKey?: string;
  clusterCert?: string;
  clusterKey?: string;
  anyMongodbVersion?: boolean;
  ephemeral?: boolean;
  json?: boolean;
}

async function runUp(flags: UpFlags): Promise<void> {
  const asked = untilAsked();
  const stop = new AbortController();
  asked.then(() => {
    stop.abort();
    say('Stopping ...');
  });
  const ephemeral = flags.ephemeral ?? false;
  const temporary = ephemeral && !flags.data ? mkdtempSync(join(tmpdir(), 'telamon-')) : undefined;
  try {
    const data = flags.data ?? temporary ?? defaultData();
    const running = await up({ ...flags, data, ephemeral, say, signal: stop.signal });
    const { url, srv, owner, isNew } = running;
    if (flags.json) out(JSON.stringify({ url, ...owner, srv }));
    else {
      out(`Telamon ${VERSION} answers at ${url} (data in ${data}).`);
      if (srv) out(`It tells the names of ${srv.zone} at ${srv.address}, over UDP and TCP.`);
      if (isNew) out(`The first owner, shown once:\n${environmentLines(url, owner)}`);
      out('Ctrl-C stops it.');
    }
    await asked;
    await running.stop();
  } finally {
    if (temporary) rmSync(temporary, { recursive: true, force: true });
  }
}

const program = new Command('telamon')
  .description('A self-hosted control plane that speaks the MongoDB Atlas Administration API.')
  .version(VERSION);

withData(program.command('up'))
  .description('start Telamon and stay until it is told to stop')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--port <number>', 'port to listen on; 0 takes a free one', portNumber, 8080)
  .option('--tls-cert <file>', 'answer with TLS: a PEM file with the certificate, and those of its chain')
  .option('--tls-key <file>', 'the private key of the certificate, PEM')
  .option('--public-url <url>', 'how clients and agents reach this server, when a proxy stands before it', publicUrl)
  .option('--trust-proxy <cidr...>', 'believe X-Forwarded-* headers of proxies at these addresses', proxies)
  .option('--state <uri>', 'use this replica set as the state store instead of the embedded one')
  .option('--mongod <path>', 'the mongod to run')
  .addOption(
    new Option('--scale <size>', 'small: one member per cluster, whatever is asked for')
      .choices(['full', 'small'])
      .default('full'),
  )
  .option('--cluster-host <address>', 'address of this host under which clients reach the clusters (default: loopback)')
  .option(
    '--srv-zone <zone>',
    'give clusters names in this zone of the name service, and with them `mongodb+srv` strings',
    zone,
  )
  .addOption(
    new Option('--srv-listen <address:port>', 'where the names of that zone are told')
      .argParser(door)
      .default(DNS, '127.0.0.1:8053'),
  )
  .option('--tls', 'new clusters speak TLS alone; ca.pem in the data directory is the authority to trust')
  .option('--cluster-ca <file>', 'with --tls: an authority of your own, PEM; the first certificate signs')
  .option('--cluster-ca-key <file>', 'its private key, PEM: members get certificates of it')
  .option('--cluster-cert <file>', 'or a certificate of it for all members, PEM, with its chain')
  .option('--cluster-key <file>', 'the private key of that certificate, PEM')
  .option('--any-mongodb-version', 'clusters may ask for any MongoDB version and get the one there is')
  .option('--no-rate-limits', "count calls against Atlas's rate limits without refusing any (for tests)")
  .option('--no-sunsets', 'go on answering versions of the API that are past their sunset date')
  .option('--ephemeral', 'throw everything away at the end, clusters too')
  .option('--json', 'print one line of JSON once it answers; everything else goes to stderr')
  .action(runUp);

withData(program.command('env'))
  .description('print the lines that point Atlas CLI, Go SDK and Terraform at the running Telamon')
  .action(async (flags: { data?: string }) => {
    const { url, operator } = runningServer(flags.data ?? defaultData());
    out(environmentLines(url, (await operator.call('GET', '/operator/firstOwner')) as FirstOwner));
  });

const org = program.command('org').description('what only the operator says of an organization');

withData(org.command('billing <orgId> <settled|unsettled>'))
  .description("mark an organization's billing; one that is unsettled cannot be deleted")
  .action(async (orgId: string, state: string, flags: { data?: string }) => {
    if (state !== 'settled' && state !== 'unsettled')
      throw new Unusable(`Billing is settled or unsettled, not ${state}.`);
    const { operator } = runningServer(flags.data ?? defaultData());
    const body = { unsettled: state === 'unsettled' };
    await operator.call('PATCH', `/operator/orgs/${encodeURIComponent(orgId)}/billing`, { body });
    out(`The billing of organization ${orgId} is ${state}.`);
  });

withData(org.command('access-list <orgId> <required|optional>'))
  .description('lift or set apiAccessListRequired: the way back when an organization has shut out all of its keys')
  .action(async (orgId: string, state: string, flags: { data?: string }) => {
    if (state !== 'required' && state !== 'optional')
      throw new Unusable(`API access lists are required or optional, not ${state}.`);
    const { operator } = runningServer(flags.data ?? defaultData());
    const body = { required: state === 'required' };
    await operator.call('PATCH', `/operator/orgs/${encodeURIComponent(orgId)}/apiAccessList`, { body });
    out(`API access lists of organization ${orgId} are ${state}.`);
  });

addClusterCommands(program, out);

const collect = (value: string, before: string[]) => [...before, value];

program
  .command('agent')
  .description('run beside a source deployment: link it with a token, and push its data when a live migration asks')
  .requiredOption('--token <token>', 'the link token', process.env.TELAMON_LINK_TOKEN)
  .option('--deployment <name=uri>', 'a deployment to offer, with the credentials to read it; repeatable', collect, [])
  .option('--project <name>', 'how the source project is called (default: the host)')
  .option('--host <name>', 'how this migration host is called (default: its host name)')
  .option('--max-rate <rate>', 'most bytes per second that an initial copy reads of its source, like 20MB', maxRate)
  .option('--metrics-port <number>', 'let a Prometheus read the figures at /metrics; 0 takes a free port', portNumber)
  .option('--metrics-host <address>', 'address to answer it on', '127.0.0.1')
  .addOption(changesOption())
  .option('--block-writes', "hold a source's writes back from the cutover on, so that nobody has to stop them")
  .option('--state-dir <dir>', 'where the agent remembers who it is', join(homedir(), '.telamon-agent'))
  .action(async (flags: Omit<AgentFlags, 'version' | 'log' | 'say'>) => {
    const stop = new AbortController();
    untilAsked().then(() => stop.abort());
    const log = createLog(process.env.TELAMON_LOG_LEVEL ?? 'warn');
    // Only this command needs the engine.
    const { agentCommand } = await import('../agent/command.ts');
    await agentCommand({ ...flags, version: VERSION, log, say }, stop.signal);
  });

addMigrationCommands(program, { out, say, maxRate, portNumber, collect, untilAsked, withData, defaultData });

const staff = program
  .command('staff')
  .description("the operator's own staff: their credentials, and what they may look at");
addStaffCommands(staff, out);

withData(staff.command('create <name>'))
  .description('make a credential; its password is shown once')
  .action(async (name: string, flags: { data?: string }) => {
    const { operator } = runningServer(flags.data ?? defaultData());
    const { username, password } = await operator.call('POST', '/operator/staff', { body: { name } });
    out(JSON.stringify({ username, password }));
  });

withData(staff.command('list')).action(async (flags: { data?: string }) => {
  const { operator } = runningServer(flags.data ?? defaultData());
  for (const it of await operator.call('GET', '/operator/staff')) out(`${it.username}  ${it.name}  ${it.created}`);
});

withData(staff.command('delete <username>')).action(async (username: string, flags: { data?: string }) => {
  const { operator } = runningServer(flags.data ?? defaultData());
  await operator.call('DELETE', `/operator/staff/${encodeURIComponent(username)}`);
  out(`${username} is deleted, and its sessions are closed.`);
});

const user = program.command('user').description('manage the people who sign in, as with `atlas auth login`');

withData(user.command('create <email>'))
  .description('make a person, or give one a new password; it is shown once, and what they were invited to is accepted')
  .option('--org <id>', 'the organization they join')
  .option('--role <role>', 'their role in it', 'ORG_MEMBER')
  .action(async (username: string, flags: { data?: string; org?: string; role: string }) => {
    const { operator } = runningServer(flags.data ?? defaultData());
    const password = newSecret(12);
    const body = { username, password, ...(flags.org ? { orgId: flags.org, role: flags.role } : {}) };
    const made = await operator.call('POST', '/operator/users', { body });
    out(JSON.stringify({ username: made.username, password }));
  });

withData(user.command('list')).action(async (flags: { data?: string }) => {
  const { operator } = runningServer(flags.data ?? defaultData());
  for (const it of await operator.call('GET', '/operator/users')) out(`${it.id}  ${it.username}`);
});

withData(user.command('delete <email>')).action(async (username: string, flags: { data?: string }) => {
  const { operator } = runningServer(flags.data ?? defaultData());
  await operator.call('DELETE', `/operator/users/${encodeURIComponent(username)}`);
  out(`${username} is deleted and signed out everywhere.`);
});

/** What an operator can mend gets one line; anything else is a defect and shows its stack. */
function explain(error: unknown): string {
  if (error instanceof Unusable || error instanceof ApiFailed || error instanceof AgentEnded) return error.message;
  const cause = (error as { cause?: NodeJS.ErrnoException }).cause;
  if (cause?.code === 'ECONNREFUSED')
    return 'Telamon was started on this data directory but does not answer. Start it again with `telamon up`.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

try {
  await program.parseAsync();
} catch (error) {
  say(`telamon: ${explain(error)}`);
  process.exitCode = 1;
}
