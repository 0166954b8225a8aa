#!/usr/bin/env node
// Published packages carry compiled code; a clone runs its sources, for which Node must strip types by itself.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// A third of a start is compiling; what was compiled once is kept (by Node versions that can, where it can be written).
module.enableCompileCache?.(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'telamon', 'compiled'));

const compiled = new URL('../dist/main/cli.js', import.meta.url);
const source = new URL('../src/main/cli.ts', import.meta.url);
if (existsSync(source) && process.features.typescript) await import(source.href);
else if (existsSync(compiled)) await import(compiled.href);
else {
  process.stderr.write(
    'This is a clone that was not built. Use `npx telamon` after `npm ci`, or run `npm run build`.\n',
  );
  process.exit(1);
}
