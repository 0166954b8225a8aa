import type { Language } from './text.ts';

/** The words of the reference pages that belong to no operation. */
const words = {
  about: {
    en: 'Every operation that this server answers, from the objects that answer it. Samples carry the address by which you reached it.',
    ja: 'このサーバーが答えるすべてのオペレーション。応答そのものを作る定義から作られている。サンプルには、いま開いているアドレスが入っている。',
  },
  alsoOn: { en: 'As plain JSON too, at', ja: '日付のない JSON でも利用できる:' },
  any: { en: 'anything', ja: '任意' },
  anyMember: { en: 'any member', ja: 'メンバー全員' },
  anyone: { en: 'any key or account', ja: '任意のキーまたはアカウント' },
  answer: { en: 'Answer', ja: '応答' },
  arrayOf: { en: 'array of', ja: '配列:' },
  body: { en: 'Body', ja: '本文' },
  characters: { en: 'characters', ja: '文字' },
  copied: { en: 'Copied', ja: 'コピーしました' },
  copy: { en: 'Copy', ja: 'コピー' },
  dated: {
    en: 'Versions are dates in the media type. An operation answers with its newest version that is not newer than the date asked for, and names it in `Content-Type`.',
    ja: 'バージョンはメディアタイプの中の日付。各オペレーションは、求められた日付より新しくない最新のバージョンで答え、それを `Content-Type` に示す。',
  },
  datedTitle: { en: 'Versions', ja: 'バージョン' },
  deprecatedBy: { en: 'deprecated since', ja: '非推奨になった日:' },
  document: { en: 'OpenAPI document', ja: 'OpenAPI 文書' },
  empty: { en: 'Empty.', ja: '空。' },
  enveloped: {
    en: 'with `envelope=true` always status 200',
    ja: '`envelope=true` のときは常にステータス 200',
  },
  errors: { en: 'Errors', ja: 'エラー' },
  example: { en: 'Example', ja: '例' },
  inRaw: { en: 'Sent as it is.', ja: 'そのまま送られる。' },
  items: { en: 'items', ja: '件' },
  mayCall: { en: 'Who may', ja: '呼び出せるロール' },
  menu: { en: 'Operations', ja: 'オペレーション' },
  noMatch: { en: 'Nothing matches.', ja: '一致するものがない。' },
  notFound: { en: 'There is no such page', ja: 'このページはない' },
  onlyOne: { en: 'must be', ja: '値:' },
  oneOf: { en: 'one of', ja: 'いずれか:' },
  opaque: { en: 'Taken and given as they are:', ja: 'そのまま受け渡しされるもの:' },
  operator: { en: 'the operator', ja: '運用者' },
  or: { en: 'or', ja: 'または' },
  pathParameters: { en: 'Path parameters', ja: 'パスパラメータ' },
  queryParameters: { en: 'Query parameters', ja: 'クエリパラメータ' },
  rate: { en: 'Rate limit', ja: 'レート制限' },
  rateUnit: { en: 'calls, refilled by %s a minute', ja: '回。毎分 %s 回ずつ回復' },
  required: { en: 'required', ja: '必須' },
  samples: { en: 'Samples', ja: 'サンプル' },
  search: { en: 'Search operations', ja: 'オペレーションを検索' },
  signIn: { en: 'Sign in', ja: '認証' },
  signInAbout: {
    en: 'API keys sign in with HTTP Digest, service accounts with an OAuth 2.0 token from `/api/oauth/token`. `telamon env` prints the variables that the samples use; set `MONGODB_ATLAS_PROJECT_ID` to your project.',
    ja: 'API キーは HTTP Digest、サービスアカウントは `/api/oauth/token` で得た OAuth 2.0 トークンで認証する。サンプルが使う変数は `telamon env` が表示する。`MONGODB_ATLAS_PROJECT_ID` には自分のプロジェクトを入れる。',
  },
  skip: { en: 'Skip to content', ja: '本文へ' },
  staff: { en: 'staff', ja: 'スタッフ' },
  status: { en: 'Status', ja: 'ステータス' },
  sunset: { en: 'gone on', ja: '廃止日:' },
  theAgent: { en: 'the agent of a link', ja: 'リンクのエージェント' },
  title: { en: 'API reference', ja: 'API リファレンス' },
  version: { en: 'Version', ja: 'バージョン' },
} as const satisfies Record<string, Record<Language, string>>;

export type Words = Readonly<Record<keyof typeof words, string>>;

export const wordsIn = (language: Language): Words =>
  Object.fromEntries(Object.entries(words).map(([name, it]) => [name, it[language]])) as Words;
