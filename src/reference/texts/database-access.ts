import type { TagTexts } from '../texts.ts';

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
    tag: { en: 'X.509 Authentication', ja: 'X.509 認証' },
    operations: {
      createGroupDatabaseUserCert: {
        en: ['Create a certificate for a database user', 'Its key is shown this once.'],
        ja: ['データベースユーザーの証明書を作成', '鍵はこの一度だけ表示される。'],
      },
      disableGroupUserSecurityCustomerX509: {
        en: ["Stop taking certificates of an authority of one's own", ''],
        ja: ['独自の認証局の証明書を受け付けなくする', ''],
      },
      listGroupDatabaseUserCerts: {
        en: ['List the certificates of a database user', ''],
        ja: ['データベースユーザーの証明書を一覧', ''],
      },
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
  {
    tag: { en: 'LDAP Configuration', ja: 'LDAP 設定' },
    operations: {
      getGroupUserSecurity: {
        en: ['Show the LDAP and X.509 settings of a project', ''],
        ja: ['プロジェクトの LDAP と X.509 の設定を表示', ''],
      },
      updateGroupUserSecurity: {
        en: ['Change the LDAP or X.509 settings of a project', ''],
        ja: ['プロジェクトの LDAP または X.509 の設定を変更', ''],
      },
    },
  },
];
