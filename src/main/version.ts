import { readFileSync } from 'node:fs';

/** This package's version; the path is the same from src/main and from dist/main. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
