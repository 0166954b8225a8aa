import type { TagTexts } from '../text.ts';

export const networkTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Third-Party Integrations', ja: '外部サービス連携' },
    operations: {
      createGroupIntegration: {
        en: ['Set up an integration', 'One of each type in a project; its secrets are shown masked.'],
        ja: ['連携を設定', '種類ごとにプロジェクトに一つ。秘密は伏せて表示される。'],
      },
      deleteGroupIntegration: { en: ['Remove an integration', ''], ja: ['連携を削除', ''] },
      getGroupIntegration: { en: ['Show an integration', ''], ja: ['連携を表示', ''] },
      listGroupIntegrations: { en: ['List the integrations of a project', ''], ja: ['プロジェクトの連携を一覧', ''] },
      updateGroupIntegration: { en: ['Change an integration', ''], ja: ['連携を変更', ''] },
    },
  },
  {
    tag: { en: 'Maintenance Windows', ja: 'メンテナンス時間帯' },
    operations: {
      deferGroupMaintenanceWindow: { en: ['Put maintenance off by a week', ''], ja: ['メンテナンスを一週間延期', ''] },
      getGroupMaintenanceWindow: {
        en: ['Show the maintenance window of a project', ''],
        ja: ['プロジェクトのメンテナンス時間帯を表示', ''],
      },
      resetGroupMaintenanceWindow: {
        en: ['Clear the maintenance window of a project', ''],
        ja: ['プロジェクトのメンテナンス時間帯を消す', ''],
      },
      toggleGroupMaintenanceWindowAutoDefer: {
        en: ['Switch putting off by itself on or off', ''],
        ja: ['自動延期を切り替える', ''],
      },
      updateGroupMaintenanceWindow: {
        en: ['Set the maintenance window of a project', 'A day of the week and an hour.'],
        ja: ['プロジェクトのメンテナンス時間帯を設定', '曜日と時刻。'],
      },
    },
  },
  {
    tag: { en: 'Network Peering', ja: 'ネットワークピアリング' },
    operations: {
      createGroupContainer: {
        en: ['Create a network container', 'Refused: only a cloud has networks to peer with.'],
        ja: ['ネットワークコンテナを作成', '拒否される。ピアリングするネットワークはクラウドにしかない。'],
      },
      createGroupPeer: {
        en: ['Create a peering connection', 'Refused: only a cloud has networks to peer with.'],
        ja: ['ピアリング接続を作成', '拒否される。ピアリングするネットワークはクラウドにしかない。'],
      },
      listGroupContainerAll: {
        en: ['List the network containers of all providers', 'There are none here.'],
        ja: ['全プロバイダーのネットワークコンテナを一覧', 'ここには無い。'],
      },
      listGroupContainers: {
        en: ['List the network containers of a provider', 'There are none here.'],
        ja: ['プロバイダーのネットワークコンテナを一覧', 'ここには無い。'],
      },
      listGroupPeers: {
        en: ['List the peering connections of a project', 'There are none here.'],
        ja: ['プロジェクトのピアリング接続を一覧', 'ここには無い。'],
      },
    },
  },
  {
    tag: { en: 'Private Endpoint Services', ja: 'プライベートエンドポイント' },
    operations: {
      toggleGroupPrivateEndpointRegionalMode: {
        en: ['Switch private endpoints by region on or off', 'The wish is kept; only a cloud acts upon it.'],
        ja: ['リージョン別プライベートエンドポイントを切り替え', '希望は保存されるが、働くのはクラウドだけ。'],
      },
      createGroupPrivateEndpointEndpointService: {
        en: ['Create a private endpoint service', 'Refused: only a cloud has private endpoints.'],
        ja: [
          'プライベートエンドポイントサービスを作成',
          '拒否される。プライベートエンドポイントはクラウドにしかない。',
        ],
      },
      getGroupPrivateEndpointRegionalMode: {
        en: ['Show the regional mode of private endpoints', ''],
        ja: ['プライベートエンドポイントのリージョン別モードを表示', ''],
      },
      listGroupPrivateEndpointEndpointService: {
        en: ['List the private endpoint services of a provider', 'There are none here.'],
        ja: ['プロバイダーのプライベートエンドポイントサービスを一覧', 'ここには無い。'],
      },
    },
  },
  {
    tag: { en: 'AWS Clusters DNS', ja: 'AWS クラスター DNS' },
    operations: {
      toggleGroupAwsCustomDns: {
        en: ['Switch custom DNS on AWS on or off', 'The wish is kept; only a cloud acts upon it.'],
        ja: ['AWS のカスタム DNS を切り替え', '希望は保存されるが、働くのはクラウドだけ。'],
      },
      getGroupAwsCustomDns: {
        en: ['Show whether clusters have a DNS of their own on AWS', ''],
        ja: ['AWS 上のクラスター用 DNS の有無を表示', ''],
      },
    },
  },
  {
    tag: { en: 'Project IP Access List', ja: 'プロジェクトの IP アクセスリスト' },
    operations: {
      createGroupAccessListEntry: {
        en: [
          'Add to the access list of a project',
          'What is there already is replaced. Clusters enforce it, open connections included.',
        ],
        ja: [
          'プロジェクトのアクセスリストに追加',
          'すでにあるものは置き換わる。開いている接続も含め、クラスターが守らせる。',
        ],
      },
      deleteGroupAccessListEntry: {
        en: ['Remove from the access list of a project', ''],
        ja: ['プロジェクトのアクセスリストから削除', ''],
      },
      getGroupAccessListEntry: {
        en: ['Show an entry of the access list of a project', ''],
        ja: ['プロジェクトのアクセスリストの項目を表示', ''],
      },
      getGroupAccessListStatus: {
        en: ['Show whether an entry is in force', ''],
        ja: ['項目が有効になったかを表示', ''],
      },
      listGroupAccessListEntries: {
        en: ['List the access list of a project', ''],
        ja: ['プロジェクトのアクセスリストを一覧', ''],
      },
    },
  },
];
