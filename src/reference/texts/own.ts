import type { TagTexts } from '../text.ts';

/** What Atlas has no call for. */
export const ownTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Telamon: agents', ja: 'Telamon: エージェント' },
    operations: {
      introduceAgent: {
        en: ['Link an agent', 'The first agent that introduces itself with a token becomes the link.'],
        ja: ['エージェントをつなぐ', 'トークンで最初に名乗ったエージェントがリンクになる。'],
      },
      pollAgentJobs: {
        en: [
          'Wait for jobs',
          'A long poll: it answers when there is news for this agent, or after a while with what it knows.',
        ],
        ja: ['ジョブを待つ', 'ロングポーリング。知らせがあればすぐ、なければしばらくして答える。'],
      },
      reportAgentJob: {
        en: ['Report on a job', 'Progress, outcome, or why it failed.'],
        ja: ['ジョブの経過を報告', '進み具合、結果、失敗の理由。'],
      },
    },
  },
  {
    tag: { en: 'Telamon: live migrations', ja: 'Telamon: ライブ移行' },
    operations: {
      cancelLiveMigration: {
        en: ['Cancel a live migration', 'The destination keeps what has been copied.'],
        ja: ['ライブ移行を取り消す', '移行先にはコピー済みのものが残る。'],
      },
      extendLiveMigration: {
        en: ['Give a live migration more time', 'Each call moves the end of the timer for the cutover by 24 hours.'],
        ja: ['ライブ移行の期限を延ばす', '呼び出すたびに、カットオーバーの期限が 24 時間延びる。'],
      },
      getLiveMigrationDetails: {
        en: ['Show what a live migration is doing', 'Bytes, documents, rates, lag, and the reason of a failure.'],
        ja: ['ライブ移行の様子を表示', 'バイト数、文書数、速さ、遅れ、失敗の理由。'],
      },
    },
  },
  {
    tag: { en: 'Telamon: operator', ja: 'Telamon: 運用者' },
    operations: {
      createStaff: {
        en: ['Create a staff credential', 'Its password is shown this once.'],
        ja: ['スタッフの認証情報を作成', 'パスワードはこの一度だけ表示される。'],
      },
      deleteStaff: {
        en: ['Delete a staff credential', 'Its database sessions end.'],
        ja: ['スタッフの認証情報を削除', 'データベースセッションも終わる。'],
      },
      getFirstOwner: {
        en: ['Show the first owner', 'For `telamon env`: whoever holds the master key.'],
        ja: ['最初のオーナーを表示', '`telamon env` のため。マスターキーを持つ者だけ。'],
      },
      listStaff: { en: ['List staff credentials', ''], ja: ['スタッフの認証情報を一覧', ''] },
      getCertificateAuthority: {
        en: [
          'Show the certificate that signs the clusters',
          'For clients to trust (`tlsCAFile`), where `telamon up --tls` gives clusters TLS.',
        ],
        ja: [
          'クラスターに署名する証明書を表示',
          '`telamon up --tls` でクラスターが TLS を使うとき、クライアントが信頼する（`tlsCAFile`）もの。',
        ],
      },
      listAllClusters: {
        en: ['List the clusters of all projects', 'With what stands in the way of each, in words.'],
        ja: ['全プロジェクトのクラスターを一覧', 'それぞれの妨げになっていることが、言葉で分かる。'],
      },
      openLocalMigration: {
        en: [
          'Open a migration that this host does into a cluster',
          'For `telamon migrate`: the cluster is locked, and a temporary user is made. Asked again, it answers the same migration.',
        ],
        ja: [
          'このホストが行う、クラスターへの移行を開く',
          '`telamon migrate` のため。クラスターをロックし、一時ユーザーを作る。もう一度呼ぶと同じ移行を返す。',
        ],
      },
      reportLocalMigration: {
        en: ['Report on a migration that this host does', 'Answers whether to cut over, and whether it has ended.'],
        ja: ['このホストが行う移行の経過を報告', 'カットオーバーすべきか、終わったかを答える。'],
      },
      registerCluster: {
        en: [
          'Make a replica set that already runs a cluster of a project',
          'Its users come from the project, its nodes stay whose they are. The URI names a user who may manage users.',
        ],
        ja: [
          '既に動いているレプリカセットをプロジェクトのクラスターにする',
          'ユーザーはプロジェクトのもの、ノードは元のまま。URI にはユーザーを管理できるユーザーを指定する。',
        ],
      },
      setOrgAccessListRequired: {
        en: [
          'Say whether an organization requires API access lists',
          'The way back for one that has shut out all of its keys and accounts.',
        ],
        ja: [
          '組織が API アクセスリストを必須とするかを定める',
          'すべてのキーとアカウントを締め出した組織を元に戻す手段。',
        ],
      },
      setOrgBilling: {
        en: ["Mark an organization's billing", 'While it is unsettled the organization cannot be deleted.'],
        ja: ['組織の請求の状態を記す', '未払いの間、組織は削除できない。'],
      },
    },
  },
  {
    tag: { en: 'Telamon: staff', ja: 'Telamon: スタッフ' },
    operations: {
      closeStaffSession: {
        en: ['Close a database session', 'Its user is dropped before this answers.'],
        ja: ['データベースセッションを閉じる', 'ユーザーは答える前に削除される。'],
      },
      restartStaffMember: {
        en: ['Restart a member', 'A primary gives its place to another first. The cluster shows UPDATING meanwhile.'],
        ja: ['メンバーを再起動', 'プライマリーは先に役を譲る。その間クラスターは UPDATING と示される。'],
      },
      runStaffCommand: {
        en: [
          'Run a command on the host of a member',
          'One of `disk`, `files`, `kernel`, `load`, `memory` and `process`; a grant for logs alone does not open it.',
        ],
        ja: [
          'メンバーのホストでコマンドを実行',
          '`disk`、`files`、`kernel`、`load`、`memory`、`process` のいずれか。ログだけの許可では開かない。',
        ],
      },
      listStaffClusters: {
        en: ['List clusters that staff may look into', 'Only those that access allows at this moment.'],
        ja: ['スタッフが見られるクラスターを一覧', 'この時点で許されているものだけ。'],
      },
      openStaffSession: {
        en: ['Open a database session', 'A user of the cluster that lasts as long as its grant and cannot read data.'],
        ja: ['データベースセッションを開く', '許可の期限まで有効で、データは読めないクラスターのユーザー。'],
      },
      listStaffDiagnostics: {
        en: ['List the diagnostic data of a member', 'A grant for logs alone does not open it.'],
        ja: ['メンバーの診断データを一覧', 'ログだけの許可では開かない。'],
      },
      readStaffDiagnostics: {
        en: ['Read a file of diagnostic data', 'As gzip; cut off when access ends.'],
        ja: ['診断データのファイルを読む', 'gzip で返す。許可が終わると打ち切られる。'],
      },
      readStaffLogs: {
        en: ["Read a member's log", 'The real log of its process, line by line.'],
        ja: ['メンバーのログを読む', 'プロセスの実際のログ。'],
      },
    },
  },
];
