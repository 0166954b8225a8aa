import type { TagTexts } from '../text.ts';

export const clusterTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Clusters', ja: 'クラスター' },
    operations: {
      autoGroupClusterScalingConfiguration: {
        en: ['Show how a cluster scales', 'As one: shards, which could scale each by itself, are not to be had here.'],
        ja: ['クラスターのスケール方式を表示', '全体で一つ。個別にスケールするシャードは、ここにはない。'],
      },
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
        en: [
          'Show a cluster',
          '`stateName` says what is true of its processes now; `connectionStrings` connect. There is a `standardSrv` where Telamon was started with a zone for it.',
        ],
        ja: [
          'クラスターを表示',
          '`stateName` はプロセスの今の状態。`connectionStrings` はそのまま接続できる。`standardSrv` は Telamon がゾーンを指定して起動されたときにある。',
        ],
      },
      getGroupClusterProcessArgs: {
        en: ['Show the process arguments of a cluster', '`null` where nobody has set any: mongod decides.'],
        ja: ['クラスターのプロセス引数を表示', '誰も設定していないものは `null` で、mongod が決める。'],
      },
      getGroupSampleDatasetLoad: {
        en: ['Show a load of sample data', '`WORKING`, `COMPLETED` or `FAILED`.'],
        ja: ['サンプルデータの読み込みを表示', '`WORKING`、`COMPLETED`、`FAILED` のいずれか。'],
      },
      validateGroupClusterConfigurations: {
        en: [
          'Check the configuration of a cluster',
          'Answers whether a creation, or with `editing` a change of `clusterName`, would be accepted, and with which code it would be refused. Nothing is made or changed.',
        ],
        ja: [
          'クラスターの構成を検査',
          '作成、または `editing` の場合は `clusterName` の変更が受け入れられるか、拒否されるならそのコードを答える。何も作られず、変わらない。',
        ],
      },
      getGroupClusterStatus: {
        en: ['Show whether the changes of a cluster have been applied', ''],
        ja: ['クラスターの変更が適用されたかを表示', ''],
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
      listClusterDetails: {
        en: ['List the clusters of all projects', 'Of those that the caller can see, project by project.'],
        ja: ['すべてのプロジェクトのクラスターを一覧', '呼び出し元に見えるプロジェクトごとに返す。'],
      },
      listGroupClusterProviderRegions: {
        en: ['List regions and instance sizes', 'Names that a cluster may use; every member runs on this host.'],
        ja: ['リージョンとインスタンスサイズを一覧', 'クラスターで使える名前。メンバーはすべてこのホストで動く。'],
      },
      listGroupClusters: { en: ['List the clusters of a project', ''], ja: ['プロジェクトのクラスターを一覧', ''] },
      pinGroupClusterFeatureCompatibilityVersion: {
        en: ['Hold the feature compatibility version of a cluster', 'For 28 days at most.'],
        ja: ['クラスターの機能互換性バージョンを固定', '最長 28 日間。'],
      },
      requestGroupSampleDatasetLoad: {
        en: [
          'Load sample data into a cluster',
          "Databases of Telamon's own making under the names that tutorials know, such as `sample_mflix`. What is there already stays as it is.",
        ],
        ja: [
          'クラスターにサンプルデータを読み込む',
          'チュートリアルで知られる名前（`sample_mflix` など）の、Telamon 独自のデータ。既にある文書はそのまま残る。',
        ],
      },
      restartGroupClusterPrimaries: {
        en: ['Try a failover', 'The primary gives its place to another member and is started anew.'],
        ja: ['フェイルオーバーを試す', 'プライマリーが他のメンバーに役を譲り、再起動する。'],
      },
      revokeGroupClusterMongoDbEmployeeAccess: {
        en: ['Revoke staff access to a cluster', 'Sessions that are open end before this call answers.'],
        ja: ['スタッフのクラスターへのアクセスを取り消す', '開いているセッションは、この呼び出しが答える前に終わる。'],
      },
      unpinGroupClusterFeatureCompatibilityVersion: {
        en: ['Let the feature compatibility version of a cluster follow its binaries again', ''],
        ja: ['クラスターの機能互換性バージョンの固定を解く', ''],
      },
      updateGroupCluster: {
        en: ['Change a cluster', 'What is left out stays as it is. It answers at once with what is wanted.'],
        ja: ['クラスターを変更', '省いた項目は変わらない。望まれた内容をすぐに返す。'],
      },
      updateGroupClusterProcessArgs: {
        en: [
          'Change the process arguments of a cluster',
          'Applied to the running members; what needs a restart restarts them one by one.',
        ],
        ja: [
          'クラスターのプロセス引数を変更',
          '動いているメンバーに適用する。再起動が必要なものは、メンバーを一つずつ再起動する。',
        ],
      },
      upgradeGroupClusterTenantUpgrade: {
        en: ['Turn an M0 or flex cluster into a dedicated one', 'In the shape of 2023-01-01; its data stays.'],
        ja: ['M0 または Flex クラスターを専用クラスターにする', '2023-01-01 の形で指定する。データは残る。'],
      },
    },
  },
  {
    tag: { en: 'Flex Clusters', ja: 'Flex クラスター' },
    operations: {
      createGroupFlexCluster: {
        en: ['Create a flex cluster', 'One small member.'],
        ja: ['Flex クラスターを作成', '小さなメンバーが一つ。'],
      },
      deleteGroupFlexCluster: { en: ['Delete a flex cluster', ''], ja: ['Flex クラスターを削除', ''] },
      getGroupFlexCluster: { en: ['Show a flex cluster', ''], ja: ['Flex クラスターを表示', ''] },
      listGroupFlexClusters: {
        en: ['List the flex clusters of a project', ''],
        ja: ['プロジェクトの Flex クラスターを一覧', ''],
      },
      tenantGroupFlexClusterUpgrade: {
        en: [
          'Turn a flex cluster into a dedicated one',
          'Its data stays: the member that holds it gets bigger and is joined by others.',
        ],
        ja: [
          'Flex クラスターを専用クラスターにする',
          'データは残る。それを持つメンバーが大きくなり、他のメンバーが加わる。',
        ],
      },
      updateGroupFlexCluster: {
        en: ['Change a flex cluster', 'Its tags and its termination protection.'],
        ja: ['Flex クラスターを変更', 'タグと削除保護を変えられる。'],
      },
    },
  },
  {
    tag: { en: 'Global Clusters', ja: 'グローバルクラスター' },
    operations: {
      getGroupClusterGlobalWrites: {
        en: ['Show the zones of a cluster', 'There are none: every cluster here is a replica set.'],
        ja: ['クラスターのゾーンを表示', 'ここではすべてのクラスターがレプリカセットなので、ゾーンはない。'],
      },
      createGroupClusterGlobalWriteManagedNamespace: {
        en: ['Have a collection managed by zone', 'Refused: a global cluster needs a `mongos` binary.'],
        ja: ['コレクションをゾーンで管理', '拒否される。グローバルクラスターには `mongos` が要る。'],
      },
      deleteGroupClusterGlobalWriteManagedNamespaces: {
        en: ['Have a collection managed by zone no longer', 'Refused: no collection here is.'],
        ja: ['コレクションのゾーン管理をやめる', '拒否される。ゾーンで管理されるコレクションはここにはない。'],
      },
      createGroupClusterGlobalWriteCustomZoneMapping: {
        en: ['Map locations to zones', 'Refused: a global cluster needs a `mongos` binary.'],
        ja: ['場所をゾーンに割り当て', '拒否される。グローバルクラスターには `mongos` が要る。'],
      },
      deleteGroupClusterGlobalWriteCustomZoneMapping: {
        en: ['Remove all mappings of locations to zones', 'There are none, before and after.'],
        ja: ['場所とゾーンの割り当てをすべて削除', '前にも後にも、割り当てはない。'],
      },
    },
  },
  {
    tag: { en: 'Rolling Index', ja: 'ローリングインデックス' },
    operations: {
      createGroupClusterIndexRollingIndex: {
        en: [
          'Build an index on a cluster',
          'mongod builds it on all members at once and yields to other work meanwhile.',
        ],
        ja: ['クラスターにインデックスを作成', 'mongod が全メンバーで同時に構築し、その間も他の処理に譲る。'],
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
