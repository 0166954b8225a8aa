import { EXAMPLE_ID } from './example.ts';
import type { Language } from './text.ts';

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
  file: text('metrics.interim', 'Name of the file.', 'ファイル名。'),
  follow: text('true', 'Goes on with what is still to come.', 'これから書かれる分も続けて返す。'),
  groupId: id('Identifies the project.', 'プロジェクトの ID。'),
  groupName: text('Project0', "The project's name.", 'プロジェクトの名前。'),
  includeCount: text('true', 'Whether `totalCount` is told.', '`totalCount` を返すかどうか。'),
  collection: text('orders', 'Name of the collection.', 'コレクション名。'),
  db: text('shop', 'Name of the database of the collection.', 'コレクションのデータベース名。'),
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
  flattenTeams: text('true', 'Whether those are told who come by a team.', 'チーム経由の人も含めるかどうか。'),
  includeOrgUsers: text(
    'true',
    'Whether those are told whose role in the organization reaches here.',
    '組織のロールで入れる人も含めるかどうか。',
  ),
  integrationType: text('PROMETHEUS', 'The service that is integrated.', '連携先のサービス。'),
  invitationId: id('Identifies the invitation.', '招待の ID。'),
  limitName: text('atlas.project.deployment.clusters', "The limit's name.", '上限の名前。'),
  orgMembershipStatus: text('ACTIVE', 'Only those of this status.', 'この状態の人だけを返す。'),
  orgMembershipStatuses: text('ACTIVE', 'Only those of these statuses.', 'これらの状態の人だけを返す。'),
  providerName: text('AWS', 'Only of this provider.', 'このプロバイダーのものだけを返す。'),
  teamId: id('Identifies the team.', 'チームの ID。'),
  teamName: text('Team0', "The team's name.", 'チームの名前。'),
  userId: id('Identifies the user.', 'ユーザーの ID。'),
  userName: text('user@example.com', "The user's name.", 'ユーザーの名前。'),
  hostName: text(
    '127.0.0.1',
    "The process's host, as `GET .../processes` names it.",
    '`GET .../processes` が示すプロセスのホスト名。',
  ),
  hostname: text(
    '127.0.0.1:27017',
    "The process's host, as `GET .../processes` names it.",
    '`GET .../processes` が示すプロセスのホスト名。',
  ),
  processId: text('127.0.0.1:27017', 'Host and port of the process.', 'プロセスのホスト名とポート。'),
  partitionName: text('data', "The disk's name.", 'ディスクの名前。'),
  logName: text('mongodb', 'Which log.', 'ログの種類。'),
  endDate: text('1893456000', 'Until then, in seconds since 1970.', 'この時刻まで。1970 年からの秒数。'),
  startDate: text('1735689600', 'Since then, in seconds since 1970.', 'この時刻から。1970 年からの秒数。'),
  granularity: text('PT1M', 'Time between two points, as ISO 8601 writes it.', '点の間隔。ISO 8601 形式。'),
  period: text('PT1H', 'How far back, as ISO 8601 writes it.', '遡る期間。ISO 8601 形式。'),
  start: text('2025-01-01T00:00:00Z', 'Since then.', 'この時刻から。'),
  end: text('2030-01-01T00:00:00Z', 'Until then.', 'この時刻まで。'),
  m: text('CONNECTIONS', 'Which measurements.', '測定値の種類。'),
  alertId: id('Identifies the alert.', 'アラートの ID。'),
  alertConfigId: id('Identifies the alert configuration.', 'アラート設定の ID。'),
  status: text('OPEN', 'Only those of this status.', 'この状態のものだけを返す。'),
  authResult: text(
    'true',
    'Only attempts that succeeded, or only those that failed.',
    '成功したもの、または失敗したものだけを返す。',
  ),
  nLogs: text('100', 'How many entries at most.', '最大の件数。'),
  monthsUntilExpiration: text('3', 'How long it is good for.', '有効な月数。'),
  duration: text('3600000', 'How long from `since` on, in milliseconds.', '`since` からの長さ。ミリ秒。'),
  includeMetrics: text('true', 'Adds the metrics of each query.', 'クエリごとの計測値を加える。'),
  includeOpType: text('true', 'Adds the type of each operation.', '操作の種類を加える。'),
  includeReplicaState: text('true', 'Adds the state that the member was in.', 'そのときのメンバーの状態を加える。'),
  nExamples: text('5', 'How many examples of each query shape.', 'クエリの形ごとの例の数。'),
  nIndexes: text('5', 'How many indexes at most.', '最大のインデックス数。'),
  namespaces: text(
    'shop.orders',
    'Only these collections, as `database.collection`.',
    'これらのコレクションだけ。`データベース.コレクション` の形。',
  ),
  since: text('1735689600000', 'Since then, in milliseconds since 1970.', 'この時刻から。1970 年からのミリ秒。'),
  validationId: id('Identifies the validation.', '検証の ID。'),
};

/** Names nobody has described are shown without words; testing/docs.test.ts says so. */
export const parameterOf = (name: string): Known =>
  known[name] ?? (/Id$/.test(name) ? id('', '') : text('example', '', ''));

export const isParameterKnown = (name: string): boolean => name in known;
