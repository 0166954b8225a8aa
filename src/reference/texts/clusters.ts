import type { TagTexts } from '../texts.ts';

export const clusterTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Clusters', ja: 'クラスター' },
    operations: {
      createGroupCluster: {
        en: [
          'Create a cluster',
          'A replica set of real `mongod` processes with as many members as `nodeCount` says. It answers at once with `CREATING`; ask again until it is `IDLE`. What this server cannot do is refused with the name of the attribute.',
        ],
        ja: [
          'クラスターを作成',
          '`nodeCount` の数だけの本物の `mongod` によるレプリカセット。すぐに `CREATING` と答えるので、`IDLE` になるまで問い合わせる。このサーバーにできないことは、属性の名前を挙げて拒否される。',
        ],
      },
      deleteGroupCluster: {
        en: [
          'Delete a cluster',
          'Its data is gone with it. Refused while its termination protection is on or a live migration into it runs.',
        ],
        ja: ['クラスターを削除', 'データも消える。削除保護が有効な間や、ライブ移行が動いている間は拒否される。'],
      },
      getGroupCluster: {
        en: ['Show a cluster', '`stateName` says what is true of its processes now; `connectionStrings` connect.'],
        ja: ['クラスターを表示', '`stateName` はプロセスの今の状態。`connectionStrings` はそのまま接続できる。'],
      },
      grantGroupClusterMongoDbEmployeeAccess: {
        en: [
          'Grant staff access to a cluster',
          'For one purpose and until one time; a new grant replaces the one before. No grant gives access to data.',
        ],
        ja: [
          'スタッフにクラスターへのアクセスを許可',
          '目的と期限を決めて許可する。新しい許可は前のものを置き換える。データへのアクセスは与えない。',
        ],
      },
      listGroupClusters: { en: ['List the clusters of a project', ''], ja: ['プロジェクトのクラスターを一覧', ''] },
      revokeGroupClusterMongoDbEmployeeAccess: {
        en: ['Revoke staff access to a cluster', 'Sessions that are open end before this call answers.'],
        ja: ['スタッフのクラスターへのアクセスを取り消す', '開いているセッションは、この呼び出しが答える前に終わる。'],
      },
      updateGroupCluster: {
        en: ['Change a cluster', 'What is left out stays as it is. It answers at once with what is wanted.'],
        ja: ['クラスターを変更', '省いた項目は変わらない。望まれた内容をすぐに返す。'],
      },
    },
  },
  {
    tag: { en: 'Database Users', ja: 'データベースユーザー' },
    operations: {
      createGroupDatabaseUser: {
        en: ['Create a database user', "It reaches each of the project's clusters within seconds."],
        ja: ['データベースユーザーを作成', '数秒でプロジェクトの各クラスターに届く。'],
      },
      deleteGroupDatabaseUser: { en: ['Delete a database user', ''], ja: ['データベースユーザーを削除', ''] },
      getGroupDatabaseUser: {
        en: ['Show a database user', 'Its password is never shown.'],
        ja: ['データベースユーザーを表示', 'パスワードは表示されない。'],
      },
      listGroupDatabaseUsers: {
        en: ['List the database users of a project', ''],
        ja: ['プロジェクトのデータベースユーザーを一覧', ''],
      },
      updateGroupDatabaseUser: {
        en: ['Change a database user', 'What is left out stays as it is.'],
        ja: ['データベースユーザーを変更', '省いた項目は変わらない。'],
      },
    },
  },
];
