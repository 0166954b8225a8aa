import type { TagTexts } from '../text.ts';

export const organizationTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Organizations', ja: '組織' },
    operations: {
      createOrg: {
        en: [
          'Create an organization',
          'Whoever creates it owns it: a key or account gets the role of its owner. With `apiKey` in the body a first key of the new organization is made too, and its private key is shown this once.',
        ],
        ja: [
          '組織を作成',
          '作成したキーまたはアカウントがオーナーになる。本文に `apiKey` を入れると新しい組織の最初のキーも作られ、秘密キーはこの一度だけ表示される。',
        ],
      },
      deleteOrg: {
        en: [
          'Delete an organization',
          'Refused, and nothing changes, while a live migration into one of its projects runs, while it has projects, or while the operator has marked its billing as unsettled. Its keys, accounts, tokens and links go with it in one transaction.',
        ],
        ja: [
          '組織を削除',
          'プロジェクトへのライブ移行が動いている間、プロジェクトが残っている間、運用者が請求を未払いとしている間は拒否され、何も変わらない。キー、アカウント、トークン、リンクは同じトランザクションで消える。',
        ],
      },
      getOrg: {
        en: ['Show an organization', 'Its name, and whether it is being deleted.'],
        ja: ['組織を表示', '名前と、削除中かどうか。'],
      },
      getOrgSettings: {
        en: [
          "Show an organization's settings",
          'Among them `apiAccessListRequired` and `restrictEmployeeAccess`, which closes clusters to staff until somebody grants access.',
        ],
        ja: [
          '組織の設定を表示',
          '`apiAccessListRequired` や、許可があるまでスタッフにクラスターを見せない `restrictEmployeeAccess` など。',
        ],
      },
      listOrgs: {
        en: ['List organizations', 'Those in which the caller has a role.'],
        ja: ['組織を一覧', '呼び出し元がロールを持つ組織。'],
      },
      updateOrg: {
        en: ['Rename an organization', 'The name is all that can change here.'],
        ja: ['組織の名前を変更', 'ここで変えられるのは名前だけ。'],
      },
      updateOrgSettings: {
        en: ["Change an organization's settings", 'What is left out stays as it is.'],
        ja: ['組織の設定を変更', '省いた項目は変わらない。'],
      },
    },
  },
  {
    tag: { en: 'Root', ja: 'ルート' },
    operations: {
      getSystemStatus: {
        en: ['Show who calls and which build answers', 'The cheapest call that proves credentials.'],
        ja: ['呼び出し元とサーバーのビルドを表示', '認証情報を確かめる一番軽い呼び出し。'],
      },
    },
  },
];
