/** Text that is markup already; everything else is escaped where it is put in. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | false | readonly Part[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (it) => ESCAPES[it]!);

function shown(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (part === undefined || part === false) return '';
  if (typeof part === 'object') return part.map(shown).join('');
  return escaped(String(part));
}

/** Markup with whatever is put in escaped, unless it is markup itself. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Markup =>
  new Markup(texts.map((text, n) => (n ? shown(parts[n - 1]) : '') + text).join(''));

/** A sentence in which `words between backticks` are code. */
export const prose = (text: string): Markup =>
  html`${text.split('`').map((part, n) => (n % 2 ? html`<code>${part}</code>` : part))}`;
