import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { VERSION } from '../src/main/version.ts';

test('the packed package has a telamon command that runs compiled code, and no tests', (t) => {
  const work = mkdtempSync(join(tmpdir(), 'telamon-pack-'));
  t.after(() => rmSync(work, { recursive: true, force: true }));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', work], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('tar', ['xzf', readdirSync(work)[0]!, '-C', work], { cwd: work });
  const root = join(work, 'package');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    files.filter((it) => /\.test\.|^src|^testing|^demo/.test(it)),
    [],
  );
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const said = execFileSync(process.execPath, [join(root, 'bin', 'telamon.js'), '--version'], { encoding: 'utf8' });
  assert.equal(said.trim(), VERSION);
});
