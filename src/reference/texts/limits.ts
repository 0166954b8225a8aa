import type { TagTexts } from '../text.ts';

export const limitTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Projects', ja: 'プロジェクト' },
    operations: {
      deleteGroupLimit: {
        en: ['Reset a limit of a project', 'It is the default again.'],
        ja: ['プロジェクトの上限を元に戻す', '既定値に戻る。'],
      },
      getGroupIpAddresses: {
        en: ['Show the addresses of a project', 'Those from which its clusters are reached and reach out.'],
        ja: ['プロジェクトの IP アドレスを表示', 'クラスターの接続先と接続元のアドレス。'],
      },
      getGroupLimit: {
        en: ['Show a limit of a project', 'With what is used of it.'],
        ja: ['プロジェクトの上限を表示', '使用量も示す。'],
      },
      getGroupMongoDbVersions: {
        en: ['List the versions of MongoDB a project can have', ''],
        ja: ['プロジェクトで使える MongoDB のバージョンを一覧', ''],
      },
      listGroupLimits: { en: ['List the limits of a project', ''], ja: ['プロジェクトの上限を一覧', ''] },
      setGroupLimit: {
        en: ['Set a limit of a project', 'Up to the highest that may be.'],
        ja: ['プロジェクトの上限を設定', '許される最大値まで。'],
      },
    },
  },
];
