import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Command } from 'commander';
import { type ApiClient, ApiFailed, createApiClient } from '../base/api-client.ts';
import { Unusable } from './data-directory.ts';

interface Login {
  url: string;
  username: string;
  password: string;
}

interface StaffCluster {
  id: string;
  name: string;
  groupId: string;
  members: string[];
  grantType?: string;
  expirationTime?: string;
}

const loginFile = (): string => process.env.TELAMON_STAFF_LOGIN ?? join(homedir(), '.telamon-staff.json');

/** What went wrong, in words that tell whoever sits here what to do next. */
function explained(error: unknown, { url, username }: Login): unknown {
  if (error instanceof ApiFailed && error.status === 401)
    return new Unusable(
      `${url} knows no ${username} with this password. The operator makes a credential with \`telamon staff create\`; log in with it anew.`,
    );
  if (error instanceof ApiFailed && !error.code)
    return new Unusable(
      `What answers at ${url} is no Telamon (${error.status}). Log in with the address that \`telamon up\` printed.`,
    );
  // The word of \`fetch\` for whatever kept it from an answer.
  if (!(error instanceof TypeError && error.cause instanceof Error)) return error;
  const { code, message } = error.cause as NodeJS.ErrnoException;
  const next = /CERT|ISSUER/.test(code ?? '')
    ? 'Name the file of its certificate authority in NODE_EXTRA_CA_CERTS.'
    : 'Check the address, and whether Telamon runs there.';
  return new Unusable(`${url} cannot be reached (${code ?? message}). ${next}`);
}

function clientOf(login: Login): ApiClient {
  const { raw, call } = createApiClient(`${login.url}/api/telamon/v1`, login);
  const tell = (error: unknown): never => {
    throw explained(error, login);
  };
  return { raw: (...it) => raw(...it).catch(tell), call: (...it) => call(...it).catch(tell) };
}

function loggedIn(): ApiClient {
  const file = loginFile();
  if (!existsSync(file)) throw new Unusable('Nobody is logged in. Begin with `telamon staff login <url> <username>`.');
  try {
    return clientOf(JSON.parse(readFileSync(file, 'utf8')) as Login);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Unusable(`${file} is damaged. Log in anew with \`telamon staff login <url> <username>\`.`);
  }
}

/** As a client takes it. */
function addressOf(url: string): string {
  if (!/^https?:\/\/./.test(url) || !URL.canParse(url))
    throw new Unusable(`${url} is no address. Write it as \`telamon up\` printed it, from http:// or https:// on.`);
  return url.replace(/\/+$/, '');
}

/** From the environment, or asked for: a password among the arguments would be seen by everybody on the host. */
async function passwordFor(username: string): Promise<string> {
  if (process.env.TELAMON_STAFF_PASSWORD) return process.env.TELAMON_STAFF_PASSWORD;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // An input that ends without an answer would leave the question open, and the command would end without a word.
  const ended = once(lines, 'close').then(() => {
    throw new Unusable('No password came. Type it, or set TELAMON_STAFF_PASSWORD.');
  });
  const password = await Promise.race([lines.question(`Password of ${username}: `), ended]);
  lines.close();
  return password.trim();
}

/** A cluster by its id or by its name, among those that access lets staff see. */
async function clusterOf(api: ApiClient, wanted: string): Promise<StaffCluster> {
  const all = (await api.call('GET', '/staff/clusters')) as StaffCluster[];
  const found = all.filter((it) => it.id === wanted || it.name === wanted);
  if (found.length === 1) return found[0]!;
  throw new Unusable(
    found.length
      ? `Several clusters are called ${wanted}: name one by its id (${found.map((it) => it.id).join(', ')}).`
      : `There is no cluster ${wanted} that its customer lets staff see. \`telamon staff clusters\` lists those there are.`,
  );
}

async function streamOf(api: ApiClient, path: string, accept: string, signal?: AbortSignal): Promise<Readable> {
  const response = await api.raw('GET', path, { accept, signal });
  if (!response.ok) throw new ApiFailed(`GET ${path}`, response.status, await response.json());
  return Readable.fromWeb(response.body as never);
}

async function download(api: ApiClient, { id, members }: StaffCluster, into: string, out: (text: string) => void) {
  for (const member of members) {
    const path = `/staff/clusters/${id}/diagnostics/${member}`;
    for (const { name } of (await api.call('GET', path)) as { name: string }[]) {
      const file = join(into, member, name);
      mkdirSync(dirname(file), { recursive: true });
      const bytes = await streamOf(api, `${path}/${name}`, 'application/gzip');
      await pipeline(bytes, createGunzip(), createWriteStream(file, { mode: 0o600 }));
      out(file);
    }
  }
}

/** Runs mongosh on a session of its own, which ends with it. */
async function shell(api: ApiClient, { id }: StaffCluster): Promise<void> {
  const session = (await api.call('POST', `/staff/clusters/${id}/sessions`)) as { id: string; uri: string };
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn('mongosh', [session.uri], { stdio: 'inherit' });
      child.once('error', (error) =>
        reject(
          (error as NodeJS.ErrnoException).code === 'ENOENT'
            ? new Unusable('mongosh is not on the PATH. Install it, or open a session with `telamon staff session`.')
            : error,
        ),
      );
      child.once('exit', () => resolve());
    });
  } finally {
    await api.call('DELETE', `/staff/sessions/${session.id}`).catch((error) => {
      // Revoked meanwhile: then it is gone already.
      if (!(error instanceof ApiFailed) || error.status !== 404) throw error;
    });
  }
}

/** What a member of staff does with the credential; it works from any host that reaches the server. */
export function addStaffCommands(staff: Command, out: (text: string) => void): void {
  staff
    .command('login <url> <username>')
    .description('remember a credential on this host; the password is asked for, or in TELAMON_STAFF_PASSWORD')
    .action(async (url: string, username: string) => {
      const address = addressOf(url);
      const login = { url: address, username, password: await passwordFor(username) };
      await clientOf(login).call('GET', '/staff/clusters');
      writeFileSync(loginFile(), `${JSON.stringify(login)}\n`, { mode: 0o600 });
      out(`Logged in to ${login.url} as ${username}.`);
    });
  staff
    .command('logout')
    .description('forget the credential on this host')
    .action(() => rmSync(loginFile(), { force: true }));
  staff
    .command('clusters')
    .description('list the clusters that their customers let staff see')
    .action(async () => {
      for (const it of (await loggedIn().call('GET', '/staff/clusters')) as StaffCluster[]) {
        const grant = it.grantType ? `${it.grantType} until ${it.expirationTime}` : 'not restricted';
        out(`${it.id}  ${it.name}  ${grant}  ${it.members.join(' ')}`);
      }
    });
  staff
    .command('logs <cluster> [member]')
    .description('print the last lines of a log')
    .option('--lines <number>', 'how many', '1000')
    .option('--follow', 'go on with what is still to come, until access ends')
    .action(async (wanted: string, member: string | undefined, flags: { lines: string; follow?: boolean }) => {
      const api = loggedIn();
      const { id, members } = await clusterOf(api, wanted);
      const query = new URLSearchParams({ lines: flags.lines, ...(flags.follow ? { follow: 'true' } : {}) });
      const log = await streamOf(api, `/staff/clusters/${id}/logs/${member ?? members[0]}?${query}`, 'text/plain');
      try {
        for await (const block of log) process.stdout.write(block as Buffer);
      } catch {
        throw new Unusable('The log was cut off: access to the cluster has ended, or the server is gone.');
      }
    });
  staff
    .command('diagnostics <cluster>')
    .description('download the diagnostic data of every member')
    .option('--into <dir>', 'where to', 'diagnostics')
    .action(async (wanted: string, flags: { into: string }) => {
      const api = loggedIn();
      await download(api, await clusterOf(api, wanted), flags.into, out);
    });
  staff
    .command('run <cluster> <command> [member]')
    .description('show how the host of a member is: disk, files, kernel, load, memory or process')
    .action(async (wanted: string, command: string, member: string | undefined) => {
      const api = loggedIn();
      const { id, members } = await clusterOf(api, wanted);
      const path = `/staff/clusters/${id}/members/${member ?? members[0]}/commands`;
      const { output, exitCode } = await api.call('POST', path, { body: { command } });
      out(String(output).trimEnd());
      process.exitCode = exitCode;
    });
  staff
    .command('restart <cluster> <member>')
    .description('restart a member; a primary gives its place to another first')
    .action(async (wanted: string, member: string) => {
      const api = loggedIn();
      const { id } = await clusterOf(api, wanted);
      await api.call('POST', `/staff/clusters/${id}/members/${member}:restart`);
      out(`The restart of ${member} was asked for. The cluster is UPDATING until it is done.`);
    });
  staff
    .command('session <cluster>')
    .description('open a database session for the time of the grant, and print how to connect')
    .action(async (wanted: string) => {
      const api = loggedIn();
      const { id } = await clusterOf(api, wanted);
      out(JSON.stringify(await api.call('POST', `/staff/clusters/${id}/sessions`)));
    });
  staff
    .command('shell <cluster>')
    .description('run mongosh on a session that ends with it')
    .action(async (wanted: string) => {
      const api = loggedIn();
      await shell(api, await clusterOf(api, wanted));
    });
}
