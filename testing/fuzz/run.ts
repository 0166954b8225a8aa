// Fuzzes what our own OpenAPI document says against a running Telamon: no 5xx, no undeclared status, no answer that the
// schema does not allow. `npm run fuzz` takes all phases; `npm run fuzz -- --seconds 80` is what fits into CI. All
// phases take operations in slices, so that they can go on from where they were stopped.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { atlas, oauthToken } from '../../demo/atlas.ts';
import { telamon } from '../../demo/children.ts';

const VERSION = '4.32.5';
/** Held apart by what they find: answers, not what a client may have meant. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'ignored_auth',
];

const SLICE = 40;
/** What an operation gets where time is short: enough for each to have its turn. */
const FEW_EXAMPLES = '6';
// Their callers are agents, staff and the operator, who sign in otherwise.
const OTHERS = /^\/api\/telamon\/v1\/(agent|staff|operator)/;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    examples: { type: 'string' },
    workers: { type: 'string', default: '2' },
    from: { type: 'string', default: '1' },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);

/** The fuzzer in an environment of its own, made once; undefined where there is no Python to make it with. */
function fuzzer(): string | undefined {
  const home = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'telamon', `schemathesis-${VERSION}`);
  const command = join(home, 'bin', 'schemathesis');
  if (existsSync(command)) return command;
  const run = (file: string, args: string[]) => spawnSync(file, args, { stdio: ['ignore', 2, 2] }).status === 0;
  say(`Installing schemathesis ${VERSION} into ${home} ...`);
  const made =
    run('python3', ['-m', 'venv', home]) &&
    run(join(home, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `schemathesis==${VERSION}`]);
  if (made) return command;
  rmSync(home, { recursive: true, force: true });
  return undefined;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** All operations, in an order that the seed decides, so that neighbours of an area are not always together. */
async function slicesOf(document: string): Promise<string[][]> {
  const { paths } = (await (await fetch(document)).json()) as {
    paths: Record<string, Record<string, { operationId?: string }>>;
  };
  const rank = (id: string) => createHash('sha256').update(`${values.seed} ${id}`).digest('hex');
  const ids = Object.entries(paths)
    .filter(([path]) => !OTHERS.test(path))
    .flatMap(([, methods]) => Object.values(methods).flatMap((it) => it.operationId ?? []))
    .sort((a, b) => rank(a).localeCompare(rank(b)));
  const size = values.seconds ? ids.length : SLICE;
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, n) => ids.slice(n * size, (n + 1) * size));
}

async function fuzz(command: string, root: string): Promise<number> {
  const server = telamon(['up', '--json', '--port', '0', '--ephemeral', '--no-rate-limits'], say);
  try {
    const made = JSON.parse(await server.line((line) => line.startsWith('{')));
    const api = atlas(made.url, made.url, made);
    const group = await api.call('POST', '/groups', { name: 'fuzz', orgId: made.orgId });
    const token = await oauthToken(made.url, made.clientId, made.clientSecret);
    const config = join(root, 'schemathesis.toml');
    writeFileSync(
      config,
      [
        `hooks = ${JSON.stringify(join(import.meta.dirname, 'hooks.py'))}`,
        '[parameters]',
        `"path.orgId" = ${JSON.stringify(made.orgId)}`,
        `"path.groupId" = ${JSON.stringify(group.id)}`,
        // Where the path is another's too, with an id in it: `x:addUser` of a team, `validate` of a migration.
        '[[operations]]',
        "include-path-regex = ':[A-Za-z]+$|/validate$'",
        'checks.unsupported_method.enabled = false',
        '',
      ].join('\n'),
    );
    const slices = await slicesOf(`${made.url}/openapi`);
    const bounds = values.seconds
      ? ['--phases', 'fuzzing', '--max-time', values.seconds]
      : ['--phases', 'coverage,fuzzing'];
    const args = [
      ...['--config-file', config, 'run', `${made.url}/openapi`, ...bounds, '--checks', CHECKS.join(',')],
      ...['--max-examples', values.examples ?? (values.seconds ? FEW_EXAMPLES : '50')],
      ...['--header', `Authorization: Bearer ${token}`, '--seed', values.seed, '--workers', values.workers],
      ...['--continue-on-failure', '--no-color', '--warnings', 'off', '--suppress-health-check', 'all'],
    ];
    let failed = 0;
    let stopped = false;
    const began = Date.now();
    const first = Number(values.from) - 1;
    for (let n = first; n < slices.length && !stopped; n++) {
      const each = (Date.now() - began) / (n - first || 1);
      const left = n > first ? `, about ${Math.ceil((each * (slices.length - n)) / 60_000)} min left` : '';
      say(`Slice ${n + 1} of ${slices.length}, ${slices[n]!.length} operations${left}; --from ${n + 1} goes on here.`);
      const only = slices[n]!.flatMap((id) => ['--include-operation-id', id]);
      const child = spawn(command, [...args, ...only], { cwd: root, stdio: 'inherit' });
      // Whoever is told to stop leaves nothing behind.
      const pass = (signal: NodeJS.Signals) => {
        stopped = true;
        child.kill(signal);
      };
      for (const signal of signals) process.on(signal, pass);
      const [code] = await once(child, 'exit');
      for (const signal of signals) process.off(signal, pass);
      if (code !== 0) failed++;
    }
    say(`${failed} of ${slices.length - first} slices with failures.`);
    return failed ? 1 : 0;
  } finally {
    await server.stop();
  }
}

const command = fuzzer();
if (!command) say('Not fuzzed: this takes python3 with venv and pip, and a package index.');
else {
  const root = mkdtempSync(join(tmpdir(), 'telamon-fuzz-'));
  try {
    process.exitCode = await fuzz(command, root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
