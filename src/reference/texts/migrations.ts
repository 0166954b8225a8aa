import type { TagTexts } from '../text.ts';

export const migrationTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Cloud Migration Service', ja: 'ライブ移行' },
    operations: {
      createGroupLiveMigration: {
        en: [
          'Start a live migration',
          'The agent beside the source copies into the cluster and then follows the changes. The cluster is locked against changes until the end.',
        ],
        ja: [
          'ライブ移行を開始',
          '移行元のそばのエージェントがクラスターへコピーし、その後は変更を追う。終わるまでクラスターの設定は変えられない。',
        ],
      },
      createOrgLiveMigrationLinkToken: {
        en: [
          'Create a link token',
          'What `telamon agent` needs to link a source: the address of this server and a hidden key. With `accessListIps` the key works from those addresses only. A token that nobody has used is replaced.',
        ],
        ja: [
          'リンクトークンを作成',
          '`telamon agent` が移行元をつなぐのに要るもの。このサーバーのアドレスと隠れたキーが入っている。`accessListIps` を渡すと、そのキーはそのアドレスからしか使えない。まだ使われていないトークンは置き換えられる。',
        ],
      },
      cutoverGroupLiveMigration: {
        en: [
          'Cut over a live migration',
          "Stop the application's writes first. What is left of the changes is applied, both sides are compared, and the migration is `COMPLETE`.",
        ],
        ja: [
          'ライブ移行をカットオーバー',
          '先にアプリケーションの書き込みを止める。残りの変更を適用し、両側を比べて `COMPLETE` になる。',
        ],
      },
      deleteOrgLiveMigrationLinkTokens: {
        en: [
          'Delete all link tokens of an organization',
          'The links go too, with their keys. Refused while a live migration runs, with the ids of its projects.',
        ],
        ja: [
          '組織のリンクトークンをすべて削除',
          'リンクとそのキーも消える。ライブ移行が動いている間は、プロジェクトの ID を挙げて拒否される。',
        ],
      },
      getGroupLiveMigration: {
        en: ['Show a live migration', '`readyForCutover` says when the destination is seconds behind the source.'],
        ja: ['ライブ移行を表示', '移行先の遅れが数秒になると `readyForCutover` が true になる。'],
      },
      getGroupLiveMigrationValidateStatus: {
        en: ["Show a validation's result", '`errorMessage` says what has to be mended first.'],
        ja: ['検証の結果を表示', '`errorMessage` は先に直すべきことを言う。'],
      },
      listOrgLiveMigrationAvailableProjects: {
        en: ['List sources that are linked', 'Projects, deployments and migration hosts that agents have reported.'],
        ja: ['つながっている移行元を一覧', 'エージェントが知らせたプロジェクト、デプロイメント、移行ホスト。'],
      },
      validateGroupLiveMigrations: {
        en: ['Check whether a live migration can start', 'The agent looks at both sides; nothing is copied.'],
        ja: ['ライブ移行を始められるか検証', 'エージェントが両側を調べる。何もコピーしない。'],
      },
    },
  },
];
