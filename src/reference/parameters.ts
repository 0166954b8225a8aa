import { EXAMPLE_ID } from './example.ts';
import type { Language } from './texts.ts';

interface Known {
  about: Readonly<Record<Language, string>>;
  schema: object;
  example: string;
}

const ID = { type: 'string', pattern: '^[0-9a-f]{24}$' };
const TEXT = { type: 'string', minLength: 1 };

const id = (en: string, ja: string): Known => ({ about: { en, ja }, schema: ID, example: EXAMPLE_ID });
const text = (example: string, en: string, ja: string, schema: object = TEXT): Known => ({
  about: { en, ja },
  schema,
  example,
});

/** Parameters by name: one name means one thing wherever it stands. */
const known: Readonly<Record<string, Known>> = {
  apiUserId: id('Identifies the API key.', 'API キーの ID。'),
  clientId: text(
    'mdb_sa_id_32b6e34b3d91647abb20e7b8',
    'Identifies the service account.',
    'サービスアカウントのクライアント ID。',
  ),
  clusterId: id('Identifies the cluster.', 'クラスターの ID。'),
  clusterName: text('Cluster0', "The cluster's name in its project.", 'プロジェクト内でのクラスターの名前。'),
  databaseName: text(
    'admin',
    'The database that the user signs in to: `admin`, or `$external`.',
    'ユーザーが認証に使うデータベース。`admin` または `$external`。',
  ),
  entryValue: text(
    '203.0.113.5%2F32',
    'An address, or a block in CIDR notation, percent-encoded.',
    'アドレス、または CIDR 表記のブロック。パーセントエンコードする。',
  ),
  roleName: text('clerk', 'Name of the custom role.', 'カスタムロールの名前。'),
  envelope: text(
    'true',
    'Moves the status into the body, for clients that cannot see status lines: `{status, content}`, or `status` beside `results`.',
    'ステータス行を読めないクライアントのために、ステータスを本文に移す。`{status, content}` となり、一覧では `results` の横に `status` が付く。',
  ),
  cloudProvider: text('AWS', 'Only of this provider.', 'このプロバイダーのものだけを返す。'),
  clusterNames: text('Cluster0', 'Only what happened to these clusters.', 'これらのクラスターのものだけを返す。'),
  defaultStatus: text('DEFAULT', 'Only those that are the default.', '既定のものだけを返す。'),
  eventId: id('Identifies the event.', 'イベントの ID。'),
  eventType: text('CLUSTER_CREATED', 'Only events of these types.', 'これらの種類だけを返す。'),
  excludedEventType: text('CLUSTER_CREATED', 'No events of these types.', 'これらの種類を除く。'),
  includeRaw: text('true', 'Adds what the event was recorded as.', '記録されたままの内容を加える。'),
  maxDate: text('2030-01-01T00:00:00Z', 'Only what happened until then.', 'この時刻までのものだけを返す。'),
  minDate: text('2025-01-01T00:00:00Z', 'Only what happened since then.', 'この時刻からのものだけを返す。'),
  groupId: id('Identifies the project.', 'プロジェクトの ID。'),
  groupName: text('Project0', "The project's name.", 'プロジェクトの名前。'),
  includeCount: text('true', 'Whether `totalCount` is told.', '`totalCount` を返すかどうか。'),
  includeDeletedWithRetainedBackups: text(
    'false',
    'Accepted for the sake of clients; this server retains no backups.',
    'クライアントのために受け付ける。このサーバーはバックアップを残さない。',
  ),
  instanceSize: text('M10', 'Only for this size.', 'このサイズのものだけを返す。'),
  ipAddress: text(
    '10.0.0.0%2F8',
    'One address, or a block with its slash written as `%2F`.',
    'アドレス、またはスラッシュを `%2F` と書いたブロック。',
  ),
  itemsPerPage: text('100', 'How many items a page holds.', '1 ページの件数。'),
  lines: text('100', 'How many of the last lines.', '末尾から何行か。'),
  liveMigrationId: id('Identifies the live migration.', 'ライブ移行の ID。'),
  member: text(
    'm0',
    'One member of the cluster, as `GET /staff/clusters` names it.',
    '`GET /staff/clusters` が示すクラスターのメンバー名。',
  ),
  name: text('example', 'Only those whose name is this.', 'この名前のものだけを返す。'),
  orgId: id('Identifies the organization.', '組織の ID。'),
  pageNum: text('1', 'Which page, from 1.', 'ページ番号。1 から始まる。'),
  pretty: text('true', 'Breaks the answer into indented lines.', '本文を改行と字下げで読みやすくする。'),
  projectOwnerId: id('Identifies the user who is to own the project.', 'プロジェクトのオーナーにするユーザーの ID。'),
  providers: text('AWS', 'Only of these providers.', 'これらのプロバイダーのものだけを返す。'),
  retainBackups: text(
    'false',
    'Accepted for the sake of clients; this server retains no backups.',
    'クライアントのために受け付ける。このサーバーはバックアップを残さない。',
  ),
  sampleDatasetId: id('Identifies the load of sample data.', 'サンプルデータの読み込みの ID。'),
  secretId: id("Identifies the account's secret.", 'アカウントのシークレットの ID。'),
  sessionId: id('Identifies the session.', 'セッションの ID。'),
  tier: text('M10', 'Only for this instance size.', 'このインスタンスサイズのものだけを返す。'),
  username: text('example', 'Name of the user, percent-encoded.', 'ユーザー名。パーセントエンコードする。'),
  validationId: id('Identifies the validation.', '検証の ID。'),
};

/** Names nobody has described are shown without words; testing/docs.test.ts says so. */
export const parameterOf = (name: string): Known =>
  known[name] ?? (/Id$/.test(name) ? id('', '') : text('example', '', ''));

export const isParameterKnown = (name: string): boolean => name in known;
