import type { TagTexts } from '../text.ts';

export const accountTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Programmatic API Keys', ja: 'API キー' },
    operations: {
      createOrgApiKey: {
        en: [
          'Create an API key',
          'It signs in with HTTP Digest: the public key is the user name, the private key the password. The private key is shown this once.',
        ],
        ja: [
          'API キーを作成',
          'HTTP Digest で認証する。公開キーがユーザー名、秘密キーがパスワード。秘密キーはこの一度だけ表示される。',
        ],
      },
      createOrgApiKeyAccessListEntry: {
        en: [
          "Add entries to a key's access list",
          'Addresses or CIDR blocks, IPv4 or IPv6. From the first entry on the key opens nothing from anywhere else.',
        ],
        ja: [
          'キーのアクセスリストにエントリを追加',
          'アドレスまたは CIDR ブロック(IPv4、IPv6)。最初のエントリを入れた時から、キーはほかの場所からは使えない。',
        ],
      },
      deleteOrgApiKeyAccessListEntry: {
        en: ["Remove an entry from a key's access list", 'A key cannot remove the entry through which it calls.'],
        ja: ['キーのアクセスリストからエントリを削除', 'キーは、自分の呼び出し元を含むエントリを削除できない。'],
      },
      getOrgApiKeyAccessListEntry: {
        en: [
          "Show an entry of a key's access list",
          'With the number of calls that came through it, and the last one.',
        ],
        ja: ['キーのアクセスリストのエントリを表示', 'そこから来た呼び出しの数と最後の呼び出しも示す。'],
      },
      listOrgApiKeyAccessListEntries: {
        en: ["List a key's access list", 'With the number of calls that came through each entry, and the last one.'],
        ja: ['キーのアクセスリストを一覧', '各エントリから来た呼び出しの数と最後の呼び出しも示す。'],
      },
      deleteOrgApiKey: {
        en: ['Delete an API key', 'It opens nothing any more from the next call on.'],
        ja: ['API キーを削除', '次の呼び出しから使えなくなる。'],
      },
      getOrgApiKey: {
        en: ['Show an API key', 'Its private key is not kept.'],
        ja: ['API キーを表示', '秘密キーは保存されていない。'],
      },
      listOrgApiKeys: { en: ['List API keys of an organization', ''], ja: ['組織の API キーを一覧', ''] },
      updateOrgApiKey: {
        en: ['Change an API key', 'Its description or its roles; the roles given replace those in this organization.'],
        ja: ['API キーを変更', '説明またはロール。渡したロールがこの組織でのロールを置き換える。'],
      },
    },
  },
  {
    tag: { en: 'Service Accounts', ja: 'サービスアカウント' },
    operations: {
      createGroupServiceAccountAccessList: {
        en: [
          "Add entries to an account's access list in a project",
          'Addresses or CIDR blocks, IPv4 or IPv6. From the first entry on its tokens open nothing from anywhere else.',
        ],
        ja: [
          'プロジェクト内のサービスアカウントのアクセスリストにエントリを追加',
          'アドレスまたは CIDR ブロック(IPv4、IPv6)。最初のエントリを入れた時から、トークンはほかの場所からは使えない。',
        ],
      },
      deleteGroupServiceAccountAccessListEntry: {
        en: [
          "Remove an entry from an account's access list in a project",
          'An account cannot remove the entry through which it calls.',
        ],
        ja: [
          'プロジェクト内のサービスアカウントのアクセスリストからエントリを削除',
          'アカウントは、自分の呼び出し元を含むエントリを削除できない。',
        ],
      },
      listGroupServiceAccountAccessList: {
        en: [
          "List an account's access list in a project",
          'With the number of calls that came through each entry, and the last one.',
        ],
        ja: [
          'プロジェクト内のサービスアカウントのアクセスリストを一覧',
          '各エントリから来た呼び出しの数と最後の呼び出しも示す。',
        ],
      },
      createOrgServiceAccountAccessList: {
        en: [
          "Add entries to an account's access list",
          'Addresses or CIDR blocks, IPv4 or IPv6. From the first entry on its tokens open nothing from anywhere else.',
        ],
        ja: [
          'サービスアカウントのアクセスリストにエントリを追加',
          'アドレスまたは CIDR ブロック(IPv4、IPv6)。最初のエントリを入れた時から、トークンはほかの場所からは使えない。',
        ],
      },
      deleteOrgServiceAccountAccessListEntry: {
        en: [
          "Remove an entry from an account's access list",
          'An account cannot remove the entry through which it calls.',
        ],
        ja: [
          'サービスアカウントのアクセスリストからエントリを削除',
          'アカウントは、自分の呼び出し元を含むエントリを削除できない。',
        ],
      },
      listOrgServiceAccountAccessList: {
        en: [
          "List an account's access list",
          'With the number of calls that came through each entry, and the last one.',
        ],
        ja: ['サービスアカウントのアクセスリストを一覧', '各エントリから来た呼び出しの数と最後の呼び出しも示す。'],
      },
      createOrgServiceAccount: {
        en: [
          'Create a service account',
          'It signs in with OAuth 2.0 client credentials at `/api/oauth/token`. Its first secret is shown this once.',
        ],
        ja: [
          'サービスアカウントを作成',
          '`/api/oauth/token` で OAuth 2.0 クライアントクレデンシャルにより認証する。最初のシークレットはこの一度だけ表示される。',
        ],
      },
      createOrgServiceAccountSecret: {
        en: ["Create a service account's secret", 'Shown this once. Two secrets let one be replaced without a gap.'],
        ja: ['サービスアカウントのシークレットを作成', 'この一度だけ表示される。二つあれば途切れずに交換できる。'],
      },
      deleteOrgServiceAccount: {
        en: ['Delete a service account', 'Its tokens open nothing any more from the next call on.'],
        ja: ['サービスアカウントを削除', 'そのトークンは次の呼び出しから使えなくなる。'],
      },
      deleteOrgServiceAccountSecret: {
        en: ["Delete a service account's secret", 'It gets no further token.'],
        ja: ['サービスアカウントのシークレットを削除', '以後トークンを得られない。'],
      },
      getOrgServiceAccount: {
        en: ['Show a service account', 'Its secrets are shown masked.'],
        ja: ['サービスアカウントを表示', 'シークレットは伏せて表示される。'],
      },
      listOrgServiceAccounts: {
        en: ['List service accounts of an organization', ''],
        ja: ['組織のサービスアカウントを一覧', ''],
      },
      updateOrgServiceAccount: {
        en: ['Change a service account', 'Its name, its description or its roles.'],
        ja: ['サービスアカウントを変更', '名前、説明、ロール。'],
      },
    },
  },
];
