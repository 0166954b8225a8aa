// The Atlas Go SDK: programs are compiled with each of its generations. Sources, versions and checksums are in go/.
import { execFile, execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const MODULE = join(import.meta.dirname, 'go');
/** The generation that the sources name. */
const WRITTEN_WITH = 'v20250312006';

export interface Generation {
  module: string;
  /** The build tags of everything that came with it or before it. */
  tags: readonly string[];
  /** Service accounts are its own affair, without another library. */
  oauth: boolean;
}

export const generations: readonly Generation[] = [
  { module: 'v20231001001', tags: [], oauth: false },
  { module: 'v20240530005', tags: ['since20240530'], oauth: false },
  { module: 'v20240805001', tags: ['since20240530', 'since20240805'], oauth: false },
  { module: 'v20250219001', tags: ['since20240530', 'since20240805', 'since20250219'], oauth: true },
  { module: WRITTEN_WITH, tags: ['since20240530', 'since20240805', 'since20250219'], oauth: true },
];

// The toolchain that is here, and exactly what go.sum says.
export const goEnvironment = {
  ...process.env,
  GOTOOLCHAIN: 'local',
  GOFLAGS: '-mod=readonly -trimpath -buildvcs=false',
};

/** Why there can be no Go program here, or nothing. */
export function withoutGo(): string | undefined {
  try {
    execFileSync('go', ['mod', 'download'], { cwd: MODULE, env: goEnvironment, stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === 'ENOENT') return 'there is no go on the PATH';
    return `the modules of the Go SDK cannot be had: ${String(stderr).trim().split('\n').at(-1)}`;
  }
}

/**
 * Compiles a package of a module, as another generation than its sources name.
 * `sources` are files that stand in it only for this build.
 */
export async function compile(
  work: string,
  args: string[],
  sources: Record<string, string>,
  module = MODULE,
): Promise<void> {
  mkdirSync(work, { recursive: true });
  const replaced = Object.entries(sources).map(([path, text], n) => {
    const file = join(work, `${n}-${basename(path)}`);
    writeFileSync(file, text);
    return [join(module, path), file];
  });
  const overlay = join(work, 'overlay.json');
  writeFileSync(overlay, JSON.stringify({ Replace: Object.fromEntries(replaced) }));
  const [command, ...rest] = args;
  await promisify(execFile)('go', [command!, '-overlay', overlay, ...rest], { cwd: module, env: goEnvironment });
}

/** The scenario as a program of this generation. */
export async function scenario(work: string, { module, tags }: Generation): Promise<string> {
  const sources = globSync('scenario/*.go', { cwd: MODULE }).map((path) => [
    path,
    readFileSync(join(MODULE, path), 'utf8').replaceAll(`/${WRITTEN_WITH}/`, `/${module}/`),
  ]);
  const program = join(work, module);
  const args = ['test', '-c', '-vet=off', '-tags', tags.join(','), '-o', program, './scenario'];
  await compile(join(work, `${module}-sources`), args, Object.fromEntries(sources));
  return program;
}

/** A program whose text is at hand only now. */
export async function fromText(work: string, name: string, text: string): Promise<string> {
  const program = join(work, name);
  await compile(join(work, `${name}-sources`), ['build', '-o', program, `./${name}`], { [`${name}/main.go`]: text });
  return program;
}

/** Compiles programs of one generation each, without making anything of them. Throws what the compiler says. */
export async function compiles(work: string, programs: readonly { generation: string; text: string }[]): Promise<void> {
  // Files of one package keep their own imports, and one package is compiled far sooner than a hundred.
  const sources = programs.map(({ generation, text }, n) => [
    `samples/${generation}/sample${n}.go`,
    text.replace('package main', 'package samples').replace('func main()', `func Sample${n}()`),
  ]);
  const packages = [...new Set(programs.map(({ generation }) => `./samples/${generation}`))];
  await compile(join(work, 'samples'), ['build', ...packages], Object.fromEntries(sources));
}

export interface Ran {
  code: number;
  output: string;
}

export function run(program: string, args: string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}
