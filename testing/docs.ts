// The pages that are made from the code. `npm run docs` writes them; testing/docs.test.ts says when they are stale.
import { errorCodes, publicCode } from '../src/contract/errors.ts';
import { undated } from '../src/contract/versions.ts';
import type { Mounted } from '../src/kernel/operation.ts';
import { byTag, type Described, describe } from '../src/reference/describe.ts';
import type { Language } from '../src/reference/text.ts';
import { notOffered, skipPublished } from './conformance/not-offered.ts';

const words = {
  en: {
    title: 'Operations',
    other: '[日本語](operations.ja.md)',
    made: 'Made by `npm run docs`. A running server shows the same with parameters, bodies and samples at `/docs`. A role that is\nnamed suffices, and so does any that implies it (ORG_OWNER implies all of its organization and of its projects,\nGROUP_OWNER all of its project).',
    dated: (all: string[]) => `Below \`/api/atlas/v2\`, dated by the media type; as plain JSON, ${all.join(', ')}.`,
    shows: (name: string, date: string) => `\`/api/atlas/${name}\` shows ${date} and older`,
    own: 'Below `/api/telamon/v1`, plain JSON: what Atlas has no call for. Its headings begin with Telamon.',
    head: ['call', 'what it does', 'operation', 'versions', 'who may'],
    link: 'the agent of a link',
    staff: 'staff',
    operator: 'the operator',
    anyone: 'any key or account',
    member: 'any member',
  },
  ja: {
    title: 'オペレーション',
    other: '[English](operations.md)',
    made: '`npm run docs` が作るページです。パラメータ、本文、サンプルは、動いているサーバーの `/docs` にあります。挙げたロールか、それを含むロールで\n呼び出せます（ORG_OWNER は組織とそのプロジェクトのすべて、GROUP_OWNER はプロジェクトのすべてを含みます）。',
    dated: (all: string[]) =>
      `\`/api/atlas/v2\` の下にあり、メディアタイプの日付でバージョンが決まります。日付のない JSON では、${all.join('、')}のものを示します。`,
    shows: (name: string, date: string) => `\`/api/atlas/${name}\` が ${date} 以前`,
    own: 'Telamon で始まる見出しは `/api/telamon/v1` の下にある、Atlas に無い呼び出しで、日付のない JSON です。',
    head: ['呼び出し', '内容', 'operationId', 'バージョン', '呼び出せるロール'],
    link: 'リンクのエージェント',
    staff: 'スタッフ',
    operator: '運用者',
    anyone: '任意のキーまたはアカウント',
    member: 'メンバー全員',
  },
};

function who({ inside, roles }: Mounted, language: Language): string {
  const { link, staff, operator, anyone, member } = words[language];
  const only = { link, staff, operator };
  if (inside === 'link' || inside === 'staff' || inside === 'operator') return only[inside];
  if (roles.length) return roles.join(', ');
  return inside === 'anywhere' ? anyone : member;
}

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

function operationsPage(operations: readonly Mounted[], language: Language): string {
  const { title, other, made, dated, shows, own, head } = words[language];
  const line = ({ operation, id, method, path, text, versions }: Described) => {
    const [short, dates] = [path.replace(/^\/api\/(atlas\/v2|telamon\/v1)/, '') || '/', versions.map((it) => it.date)];
    const shown = operation.surface === 'telamon' ? '' : dates.reverse().join(', ');
    return row(`\`${method} ${short}\``, text[language][0], `\`${id}\``, shown, who(operation, language));
  };
  const tables = byTag(operations.map(describe)).flatMap(([tag, some]) => [
    `## ${tag[language]}`,
    '',
    row(...head),
    row(...head.map(() => '---')),
    ...some.map(line),
    '',
  ]);
  const plain = Object.entries(undated).map(([name, date]) => shows(name, date));
  const intro = [`# ${title}`, '', other, '', made, '', dated(plain), '', own, ''];
  return [...intro, ...tables].join('\n');
}

function errorsPage(): string {
  const rowsOf = (status: number) =>
    Object.entries(errorCodes).flatMap(([code, [its, detail]]) => {
      if (its !== status) return [];
      const shown = publicCode(code as keyof typeof errorCodes);
      const text = detail.replaceAll('|', '\\|').replaceAll('%s', '…');
      return [row(`\`${code}\`${shown === code ? '' : ` (sent as \`${shown}\`)`}`, text)];
    });
  const statuses = [...new Set<number>(Object.values(errorCodes).map(([status]) => status))].sort();
  return [
    '# Error codes',
    '',
    'Made by `npm run docs`. Every refusal has the body `{detail, error, errorCode, parameters, reason}`; the places marked',
    '… hold the parameters, in order. A `BAD_REQUEST` names what is wrong in `badRequestDetail.fields`, each with its `field`',
    'and `description`. Anything unforeseen is a 500 `UNEXPECTED_ERROR` whose cause is in the log alone.',
    '',
    ...statuses.flatMap((status) => [
      `## ${status}`,
      '',
      row('errorCode', 'detail'),
      row('---', '---'),
      ...rowsOf(status).sort(),
      '',
    ]),
  ].join('\n');
}

const absent = {
  en: {
    title: 'What is not offered',
    other: '[日本語](not-offered.ja.md)',
    made: "Made by `npm run docs`, where Atlas's published interface is at hand: how many calls of each of its tags are here, and\nwhich are not where some are. [cloud-only.md](cloud-only.md) says why, and what such a call answers.",
    head: ['tag', 'offered', 'not offered'],
    of: (some: number, all: number) => `${some} of ${all}`,
    none: 'all',
  },
  ja: {
    title: '提供しないもの',
    other: '[English](not-offered.md)',
    made: 'Atlas の公開インターフェースが手元にあるとき、`npm run docs` が作るページです。タグごとに、ここにある呼び出しの数と、一部だけが\nある場合は無いものを示します。理由と、そうした呼び出しへの応答は [cloud-only.ja.md](cloud-only.ja.md) にあります。',
    head: ['タグ', '提供', '提供しない呼び出し'],
    of: (some: number, all: number) => `${all} のうち ${some}`,
    none: 'すべて',
  },
};

function absentPage(operations: readonly Mounted[], language: Language): string {
  const { title, other, made, head, of, none } = absent[language];
  const rows = notOffered(operations).flatMap(({ tag, count, missing }) => {
    if (!missing.length) return [];
    const calls = missing.map(({ method, path }) => `\`${method} ${path}\``).join(', ');
    return row(tag, of(count - missing.length, count), missing.length === count ? none : calls);
  });
  return [`# ${title}`, '', other, '', made, '', row(...head), row(...head.map(() => '---')), ...rows, ''].join('\n');
}

export const pages = (operations: readonly Mounted[]): Record<string, string> => ({
  'docs/operations.md': operationsPage(operations, 'en'),
  'docs/operations.ja.md': operationsPage(operations, 'ja'),
  'docs/errors.md': errorsPage(),
  ...(skipPublished
    ? {}
    : {
        'docs/not-offered.md': absentPage(operations, 'en'),
        'docs/not-offered.ja.md': absentPage(operations, 'ja'),
      }),
});
