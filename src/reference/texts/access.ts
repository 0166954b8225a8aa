import type { TagTexts } from '../text.ts';

export const accessTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Project IP Access List', ja: 'プロジェクトの IP アクセスリスト' },
    operations: {
      createGroupAccessListEntry: {
        en: [
          'Add entries to the access list',
          'An address that is already there takes over comment and date. mongod enforces the list, and connections from elsewhere lose their rights at once.',
        ],
        ja: [
          'アクセスリストに追加',
          'すでにあるアドレスではコメントと期限が置き換わる。リストは mongod が守り、それ以外からの接続は直ちに権限を失う。',
        ],
      },
      deleteGroupAccessListEntry: {
        en: ['Remove an entry from the access list', 'Without any entry, users come in from this machine alone.'],
        ja: ['アクセスリストから削除', '一つもないときは、このマシンからだけ接続できる。'],
      },
      getGroupAccessListEntry: { en: ['Show an entry of the access list', ''], ja: ['アクセスリストの項目を表示', ''] },
      getGroupAccessListStatus: {
        en: ['Tell whether an entry is in force', '`PENDING` until every cluster of the project has it.'],
        ja: ['項目が有効かどうかを表示', 'プロジェクトのすべてのクラスターに届くまでは `PENDING`。'],
      },
      listGroupAccessListEntries: { en: ['List the access list', ''], ja: ['アクセスリストを一覧', ''] },
    },
  },
  {
    tag: { en: 'Custom Database Roles', ja: 'カスタムデータベースロール' },
    operations: {
      createGroupCustomDbRoleRole: {
        en: ['Create a custom role', 'It is made on every cluster of the project.'],
        ja: ['カスタムロールを作る', 'プロジェクトのすべてのクラスターに作られる。'],
      },
      deleteGroupCustomDbRoleRole: {
        en: ['Delete a custom role', 'Refused while it is the only role of some user.'],
        ja: ['カスタムロールを削除', 'これしかロールを持たないユーザーがいる間は断る。'],
      },
      getGroupCustomDbRoleRole: { en: ['Show a custom role', ''], ja: ['カスタムロールを表示', ''] },
      listGroupCustomDbRoleRoles: { en: ['List the custom roles', ''], ja: ['カスタムロールを一覧', ''] },
      updateGroupCustomDbRoleRole: {
        en: ['Change a custom role', 'Actions and inherited roles that are given replace those before.'],
        ja: ['カスタムロールを変更', '渡したアクションと継承ロールが、前のものに置き換わる。'],
      },
    },
  },
  {
    tag: { en: 'Monitoring and Logs', ja: '監視とログ' },
    operations: {
      downloadGroupClusterLog: {
        en: [
          'Download a log',
          'The log of one process (`host:port` or its alias), or of every process of the project on a host, as gzip. Without dates, the last 24 hours.',
        ],
        ja: [
          'ログをダウンロード',
          'プロセス一つ（`host:port` または別名）、またはホスト上のプロジェクトの全プロセスのログを gzip で返す。日時を省くと直近 24 時間。',
        ],
      },
      getGroupProcessDatabase: { en: ['Show a database of a process', ''], ja: ['プロセスのデータベースを表示', ''] },
      getGroupProcessDatabaseMeasurements: {
        en: ['Show measurements of a database', 'From `dbStats`, sampled every minute and kept for 8 days.'],
        ja: ['データベースの測定値を表示', '`dbStats` から。毎分採り、8 日間残る。'],
      },
      getGroupProcessDisk: { en: ['Show a disk of a process', ''], ja: ['プロセスのディスクを表示', ''] },
      getGroupProcessDiskMeasurements: {
        en: [
          'Show measurements of a disk',
          'The file system under the data, sampled every minute and kept for 8 days.',
        ],
        ja: ['ディスクの測定値を表示', 'データのあるファイルシステム。毎分採り、8 日間残る。'],
      },
      getGroupProcessMeasurements: {
        en: ['Show measurements of a process', 'From `serverStatus`, sampled every minute and kept for 8 days.'],
        ja: ['プロセスの測定値を表示', '`serverStatus` から。毎分採り、8 日間残る。'],
      },
      listGroupProcessDatabases: {
        en: ['List the databases of a process', ''],
        ja: ['プロセスのデータベースを一覧', ''],
      },
      listGroupProcessDisks: { en: ['List the disks of a process', ''], ja: ['プロセスのディスクを一覧', ''] },
      getGroupProcess: { en: ['Show a process', ''], ja: ['プロセスを表示', ''] },
      listGroupProcesses: { en: ['List the processes', ''], ja: ['プロセスを一覧', ''] },
    },
  },
  {
    tag: { en: 'Access Tracking', ja: 'アクセス履歴' },
    operations: {
      getGroupDbAccessHistoryCluster: {
        en: ['Show who logged in to a cluster', 'Read from the logs of its members, newest first; refusals too.'],
        ja: ['クラスターへのログインを表示', 'メンバーのログから読む。新しい順で、拒否も含む。'],
      },
      getGroupDbAccessHistoryProcess: {
        en: ['Show who logged in to a process', 'Read from its log, newest first; refusals too.'],
        ja: ['プロセスへのログインを表示', 'そのログから読む。新しい順で、拒否も含む。'],
      },
    },
  },
  {
    tag: { en: 'Performance Advisor', ja: 'Performance Advisor' },
    operations: {
      disableGroupManagedSlowMs: {
        en: ['Call every operation slow above 100 ms', 'What has been managed goes back to that.'],
        ja: ['100 ミリ秒を超える操作を遅いとする', '管理されていたしきい値はそこへ戻る。'],
      },
      enableGroupManagedSlowMs: {
        en: ['Have the threshold of slow operations managed', 'Ten times the mean of a process, from 20 to 100 ms.'],
        ja: ['遅い操作のしきい値を管理させる', 'プロセスの平均の 10 倍、20 から 100 ミリ秒まで。'],
      },
      getGroupManagedSlowMs: {
        en: ['Show whether the threshold of slow operations is managed', ''],
        ja: ['遅い操作のしきい値が管理されているかを表示', ''],
      },
      listGroupProcessPerformanceAdvisorNamespaces: {
        en: ['List the collections with slow queries', 'Up to 20, as the log of the process tells of them.'],
        ja: ['遅いクエリのあるコレクションを一覧', 'プロセスのログから、20 件まで。'],
      },
      listGroupProcessPerformanceAdvisorSlowQueryLogs: {
        en: ['List slow queries', 'The lines of the log, newest first.'],
        ja: ['遅いクエリを一覧', 'ログの行。新しい順。'],
      },
      listGroupProcessPerformanceAdvisorSuggestedIndexes: {
        en: ['Suggest indexes', 'For slow queries that had to read their whole collection.'],
        ja: ['インデックスを提案', 'コレクション全体を読んだ遅いクエリのために。'],
      },
    },
  },
];
