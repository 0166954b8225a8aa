import type { TagTexts } from '../text.ts';

export const databaseAccessTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Custom Database Roles', ja: 'カスタムデータベースロール' },
    operations: {
      createGroupCustomDbRoleRole: {
        en: ['Create a role of databases', 'It reaches each cluster of the project.'],
        ja: ['データベースロールを作成', 'プロジェクトの各クラスターに届く。'],
      },
      deleteGroupCustomDbRoleRole: {
        en: ['Delete a role of databases', 'Refused while a user or another role has it.'],
        ja: ['データベースロールを削除', 'ユーザーや他のロールが使っている間は拒否される。'],
      },
      getGroupCustomDbRoleRole: { en: ['Show a role of databases', ''], ja: ['データベースロールを表示', ''] },
      listGroupCustomDbRoleRoles: {
        en: ['List the roles of databases of a project', ''],
        ja: ['プロジェクトのデータベースロールを一覧', ''],
      },
      updateGroupCustomDbRoleRole: { en: ['Change a role of databases', ''], ja: ['データベースロールを変更', ''] },
    },
  },
  {
    tag: { en: 'Access Tracking', ja: 'アクセス履歴' },
    operations: {
      getGroupDbAccessHistoryCluster: {
        en: ['Show who signed in to a cluster', 'Read from the logs of its members.'],
        ja: ['クラスターへのサインイン履歴を表示', 'メンバーのログから読む。'],
      },
      getGroupDbAccessHistoryProcess: {
        en: ['Show who signed in to a process', 'Read from its log.'],
        ja: ['プロセスへのサインイン履歴を表示', 'そのログから読む。'],
      },
    },
  },
];
