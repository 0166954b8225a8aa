import type { TagTexts } from '../text.ts';

export const projectAccountTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Programmatic API Keys', ja: 'API キー' },
    operations: {
      addGroupApiKey: {
        en: ['Give an API key roles in a project', 'The key is one of the organization.'],
        ja: ['API キーにプロジェクトのロールを与える', '組織のキーを指定する。'],
      },
      createGroupApiKey: {
        en: [
          'Create an API key with roles in a project',
          'It belongs to the organization; its private key is shown this once.',
        ],
        ja: ['プロジェクトのロールを持つ API キーを作成', 'キーは組織に属する。秘密キーはこの一度だけ表示される。'],
      },
      listGroupApiKeys: { en: ['List the API keys of a project', ''], ja: ['プロジェクトの API キーを一覧', ''] },
      removeGroupApiKey: {
        en: ['Take an API key out of a project', 'The key itself stays.'],
        ja: ['プロジェクトから API キーを外す', 'キー自体は残る。'],
      },
      updateGroupApiKeyRoles: {
        en: ["Replace an API key's roles in a project", ''],
        ja: ['プロジェクトでの API キーのロールを置き換える', ''],
      },
    },
  },
  {
    tag: { en: 'Service Accounts', ja: 'サービスアカウント' },
    operations: {
      createGroupServiceAccount: {
        en: [
          'Create a service account of a project',
          'It belongs to this project alone; its first secret is shown this once.',
        ],
        ja: [
          'プロジェクトのサービスアカウントを作成',
          'このプロジェクトだけに属する。最初のシークレットはこの一度だけ表示される。',
        ],
      },
      createGroupServiceAccountSecret: {
        en: ["Create a secret of a project's service account", 'Shown this once.'],
        ja: ['プロジェクトのサービスアカウントのシークレットを作成', 'この一度だけ表示される。'],
      },
      deleteGroupServiceAccount: {
        en: ['Take a service account out of a project', 'One that belongs to this project alone is deleted.'],
        ja: ['プロジェクトからサービスアカウントを外す', 'このプロジェクトだけのものは削除される。'],
      },
      deleteGroupServiceAccountSecret: {
        en: ["Delete a secret of a project's service account", 'It gets no further token.'],
        ja: ['プロジェクトのサービスアカウントのシークレットを削除', '以後トークンを得られない。'],
      },
      getGroupServiceAccount: {
        en: ['Show a service account of a project', ''],
        ja: ['プロジェクトのサービスアカウントを表示', ''],
      },
      getOrgServiceAccountGroups: {
        en: ['List the projects of a service account', ''],
        ja: ['サービスアカウントのプロジェクトを一覧', ''],
      },
      inviteGroupServiceAccount: {
        en: ['Give a service account roles in a project', 'The account is one of the organization.'],
        ja: ['サービスアカウントにプロジェクトのロールを与える', '組織のアカウントを指定する。'],
      },
      listGroupServiceAccounts: {
        en: ['List the service accounts of a project', ''],
        ja: ['プロジェクトのサービスアカウントを一覧', ''],
      },
      updateGroupServiceAccount: {
        en: ['Change a service account of a project', 'Its name, its description or its roles there.'],
        ja: ['プロジェクトのサービスアカウントを変更', '名前、説明、そこでのロール。'],
      },
    },
  },
];
