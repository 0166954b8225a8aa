import type { TagTexts } from '../text.ts';

export const projectTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Encryption at Rest', ja: '保存データの暗号化' },
    operations: {
      getGroupEncryptionAtRest: {
        en: [
          'Show the keys that clusters may be encrypted with',
          'Always none: this server has no key management of a cloud. Clients ask before they create a cluster.',
        ],
        ja: [
          'クラスターの暗号化に使える鍵を表示',
          '常になし。このサーバーにはクラウドの鍵管理がない。クライアントがクラスターを作る前に尋ねる。',
        ],
      },
    },
  },
  {
    tag: { en: 'Projects', ja: 'プロジェクト' },
    operations: {
      createGroup: {
        en: [
          'Create a project',
          'In an organization in which the caller may create projects; the caller owns it. Two projects of one organization cannot have the same name.',
        ],
        ja: [
          'プロジェクトを作成',
          'プロジェクトを作れる組織の中に作る。呼び出し元がオーナーになる。同じ組織に同じ名前のプロジェクトは作れない。',
        ],
      },
      deleteGroup: {
        en: ['Delete a project', 'Refused while it has clusters, those that are still going included.'],
        ja: ['プロジェクトを削除', 'クラスターがある間は拒否される。削除の途中のクラスターも数える。'],
      },
      getGroup: { en: ['Show a project', ''], ja: ['プロジェクトを表示', ''] },
      getGroupByName: {
        en: ['Find a project by its name', 'Refused when projects of several organizations have this name.'],
        ja: ['名前でプロジェクトを探す', '複数の組織に同じ名前のプロジェクトがあると拒否される。'],
      },
      getGroupMongoDbVersions: {
        en: ['List the MongoDB versions that clusters may run', 'The one whose mongod this server has.'],
        ja: ['クラスターで使える MongoDB のバージョンを一覧', 'このサーバーが持つ mongod のもの。'],
      },
      getGroupSettings: {
        en: ["Show a project's settings", 'Switches of the tools that show data and advice.'],
        ja: ['プロジェクトの設定を表示', 'データや助言を見せるツールの切り替え。'],
      },
      getOrgGroups: {
        en: ['List the projects of an organization', 'Those that the caller may see.'],
        ja: ['組織のプロジェクトを一覧', '呼び出し元に見えるもの。'],
      },
      listGroups: {
        en: ['List projects', 'Those that the caller may see, in all organizations.'],
        ja: ['プロジェクトを一覧', '全組織のうち呼び出し元に見えるもの。'],
      },
      updateGroup: {
        en: [
          'Change a project',
          'Its name or its tags; a list of tags replaces the one before, an empty one clears it.',
        ],
        ja: ['プロジェクトを変更', '名前またはタグ。タグの一覧は前のものを置き換え、空の一覧は消す。'],
      },
      updateGroupSettings: {
        en: ["Change a project's settings", 'What is left out stays as it is.'],
        ja: ['プロジェクトの設定を変更', '省いた項目は変わらない。'],
      },
    },
  },
];
