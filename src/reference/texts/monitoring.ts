import type { TagTexts } from '../text.ts';

export const monitoringTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Monitoring and Logs', ja: '監視とログ' },
    operations: {
      downloadGroupClusterLog: {
        en: ['Download a log', 'Gzip of the lines of a process between two times.'],
        ja: ['ログをダウンロード', 'プロセスの二つの時刻の間の行を gzip で。'],
      },
      getGroupProcess: { en: ['Show a process', ''], ja: ['プロセスを表示', ''] },
      getGroupProcessDatabase: { en: ['Show a database of a process', ''], ja: ['プロセスのデータベースを表示', ''] },
      getGroupProcessDatabaseMeasurements: {
        en: ['Show measurements of a database', ''],
        ja: ['データベースの測定値を表示', ''],
      },
      getGroupProcessDisk: { en: ['Show a disk of a process', ''], ja: ['プロセスのディスクを表示', ''] },
      getGroupProcessDiskMeasurements: { en: ['Show measurements of a disk', ''], ja: ['ディスクの測定値を表示', ''] },
      getGroupProcessMeasurements: {
        en: ['Show measurements of a process', 'By period and granularity.'],
        ja: ['プロセスの測定値を表示', '期間と粒度を指定する。'],
      },
      listGroupProcessDatabases: {
        en: ['List the databases of a process', ''],
        ja: ['プロセスのデータベースを一覧', ''],
      },
      listGroupProcessDisks: { en: ['List the disks of a process', ''], ja: ['プロセスのディスクを一覧', ''] },
      listGroupProcesses: { en: ['List the processes of a project', ''], ja: ['プロジェクトのプロセスを一覧', ''] },
    },
  },
  {
    tag: { en: 'Alert Configurations', ja: 'アラート設定' },
    operations: {
      createGroupAlertConfig: { en: ['Create an alert configuration', ''], ja: ['アラート設定を作成', ''] },
      deleteGroupAlertConfig: { en: ['Delete an alert configuration', ''], ja: ['アラート設定を削除', ''] },
      getGroupAlertAlertConfigs: {
        en: ['List the configurations of an alert', ''],
        ja: ['アラートの設定を一覧', ''],
      },
      getGroupAlertConfig: { en: ['Show an alert configuration', ''], ja: ['アラート設定を表示', ''] },
      listAlertConfigMatcherFieldNames: {
        en: ['List the fields that conditions may name', ''],
        ja: ['条件に使える項目を一覧', ''],
      },
      listGroupAlertConfigs: {
        en: ['List the alert configurations of a project', ''],
        ja: ['プロジェクトのアラート設定を一覧', ''],
      },
      toggleGroupAlertConfig: {
        en: ['Switch an alert configuration on or off', ''],
        ja: ['アラート設定を切り替える', ''],
      },
      updateGroupAlertConfig: { en: ['Replace an alert configuration', ''], ja: ['アラート設定を置き換える', ''] },
    },
  },
  {
    tag: { en: 'Alerts', ja: 'アラート' },
    operations: {
      acknowledgeGroupAlert: {
        en: ['Acknowledge an alert', 'Until a time; without one, an earlier acknowledgement is taken back.'],
        ja: ['アラートを確認済みにする', '期限を指定する。指定がなければ、以前の確認を取り消す。'],
      },
      getGroupAlert: { en: ['Show an alert', ''], ja: ['アラートを表示', ''] },
      getGroupAlertConfigAlerts: {
        en: ['List the open alerts of a configuration', ''],
        ja: ['設定の未解決アラートを一覧', ''],
      },
      listGroupAlerts: { en: ['List the alerts of a project', ''], ja: ['プロジェクトのアラートを一覧', ''] },
    },
  },
  {
    tag: { en: 'Auditing', ja: '監査' },
    operations: {
      getGroupAuditLog: { en: ['Show the auditing of a project', ''], ja: ['プロジェクトの監査設定を表示', ''] },
      updateGroupAuditLog: { en: ['Change the auditing of a project', ''], ja: ['プロジェクトの監査設定を変更', ''] },
    },
  },
];
