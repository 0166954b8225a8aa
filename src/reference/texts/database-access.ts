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
    tag: { en: 'X.509 Authentication', ja: 'X.509 認証' },
    operations: {
      createGroupDatabaseUserCert: {
        en: [
          'Issue a certificate to a database user',
          'The user has `x509Type` `MANAGED`. Certificate and key come as one PEM, this once: Telamon keeps neither.',
        ],
        ja: [
          'データベースユーザーに証明書を発行',
          'ユーザーの `x509Type` は `MANAGED`。証明書と鍵は一つの PEM で、この一度だけ示される。Telamon はどちらも残さない。',
        ],
      },
      disableGroupUserSecurityCustomerX509: {
        en: [
          'Stop accepting certificates of the project’s own authorities',
          'Users with `x509Type` `CUSTOMER` lose their rights at their next command.',
        ],
        ja: [
          '持ち込んだ認証局の証明書を受け付けなくする',
          '`x509Type` が `CUSTOMER` のユーザーは次のコマンドから権限を失う。',
        ],
      },
      listGroupDatabaseUserCerts: {
        en: ['List the certificates of a database user', 'Those that have not expired.'],
        ja: ['データベースユーザーの証明書を一覧', '期限の切れていないもの。'],
      },
    },
  },
  {
    tag: { en: 'LDAP Configuration', ja: 'LDAP 設定' },
    operations: {
      getGroupUserSecurity: {
        en: ['Show whose certificates a project accepts', 'LDAP is always off.'],
        ja: ['プロジェクトが受け付ける証明書の認証局を表示', 'LDAP は常に無効。'],
      },
      updateGroupUserSecurity: {
        en: [
          'Accept certificates of authorities of your own',
          '`customerX509.cas` holds them, PEM one after the other, and replaces those before. LDAP is refused.',
        ],
        ja: [
          '持ち込んだ認証局の証明書を受け付ける',
          '`customerX509.cas` に PEM を続けて並べる。前のものは置き換わる。LDAP は拒否される。',
        ],
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
];
