// The pages that are made from the code. `npm run docs` writes them; testing/docs.test.ts says when they are stale.
import { errorCodes, publicCode } from '../src/contract/errors.ts';
import { undated } from '../src/contract/versions.ts';
import type { Mounted } from '../src/kernel/operation.ts';

const who = (it: Mounted): string => {
  if (it.inside === 'link') return 'the agent of a link';
  if (it.inside === 'staff') return 'staff';
  if (it.inside === 'operator') return 'the operator';
  if (it.roles.length) return it.roles.join(', ');
  return it.inside === 'anywhere' ? 'any key or account' : 'any member';
};

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

function operationsPage(operations: readonly Mounted[]): string {
  const of = (surface: string) =>
    operations
      .filter((it) => (it.surface ?? 'atlas') === surface)
      .sort((a, b) => (a.route.split(' ')[1]! + a.route < b.route.split(' ')[1]! + b.route ? -1 : 1));
  const line = (it: Mounted) => {
    const [method, path] = it.route.split(' ');
    const versions = it.surface === 'telamon' ? '' : Object.keys(it.versions).join(', ');
    return row(`\`${method} ${path || '/'}\``, `\`${it.id}\``, ...(versions ? [versions] : []), who(it));
  };
  const dated = Object.entries(undated).map(([name, date]) => `\`/api/atlas/${name}\` shows ${date} and older`);
  return [
    '# Operations',
    '',
    'Made by `npm run docs`. A role that is named suffices, and so does any that implies it (ORG_OWNER implies all of its',
    'organization and of its projects, GROUP_OWNER all of its project).',
    '',
    '## Atlas',
    '',
    `Below \`/api/atlas/v2\`, dated by the media type; as plain JSON, ${dated.join(', ')}.`,
    '',
    row('call', 'operation', 'versions', 'who may'),
    row('---', '---', '---', '---'),
    ...of('atlas').map(line),
    '',
    "## Telamon's own",
    '',
    'Below `/api/telamon/v1`, plain JSON: what Atlas has no call for.',
    '',
    row('call', 'operation', 'who may'),
    row('---', '---', '---'),
    ...of('telamon').map(line),
    '',
  ].join('\n');
}

function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(([code, [status, detail]]) => {
    const shown = publicCode(code as keyof typeof errorCodes);
    const text = detail.replaceAll('|', '\\|').replaceAll('%s', '…');
    return row(`\`${code}\`${shown === code ? '' : ` (sent as \`${shown}\`)`}`, String(status), text);
  });
  return [
    '# Error codes',
    '',
    'Made by `npm run docs`. Every refusal has the body `{detail, error, errorCode, parameters, reason}`; the places marked',
    '… hold the parameters, in order. Anything unforeseen is a 500 `UNEXPECTED_ERROR` whose cause is in the log alone.',
    '',
    row('errorCode', 'status', 'detail'),
    row('---', '---', '---'),
    ...rows.sort(),
    '',
  ].join('\n');
}

export const pages = (operations: readonly Mounted[]): Record<string, string> => ({
  'docs/operations.md': operationsPage(operations),
  'docs/errors.md': errorsPage(),
});
