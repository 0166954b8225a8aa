import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const PAGE = 'docs/performance.md';
const nextHeading = (page: string, from: number): number => {
  const at = page.indexOf('\n## ', from);
  return at < 0 ? page.length : at + 1;
};

/** The page with this section (its heading first) in the place of the old one, or at its end. */
export function withSection(page: string, text: string): string {
  const heading = text.slice(0, text.indexOf('\n') + 1);
  const at = page.indexOf(`\n${heading}`);
  if (at < 0) return `${page.trimEnd()}\n\n${text.trim()}\n`;
  const rest = page.slice(nextHeading(page, at + heading.length)).trimStart();
  return `${page.slice(0, at).trimEnd()}\n\n${text.trim()}\n${rest ? `\n${rest}` : ''}`;
}

const read = () => (existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '# Performance\n');

/** Each bench writes its own section and leaves those of others alone. */
export const writeSection = (text: string): void => writeFileSync(PAGE, withSection(read(), text));

/** What stands before the first section. */
export function writeBeginning(text: string): void {
  const page = read();
  writeFileSync(PAGE, `${text.trim()}\n\n${page.slice(nextHeading(page, 0)).trim()}\n`);
}
