import type { TagTexts } from '../text.ts';

export const eventTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Events', ja: 'イベント' },
    operations: {
      getGroupEvent: { en: ['Show an event of a project', ''], ja: ['プロジェクトのイベントを表示', ''] },
      getOrgEvent: { en: ['Show an event of an organization', ''], ja: ['組織のイベントを表示', ''] },
      listEventTypes: {
        en: ['List the types of events', 'What `eventType` may ask for, with what each of them tells.'],
        ja: ['イベントの種類を一覧', '`eventType` に渡せるものと、その意味。'],
      },
      listGroupEvents: {
        en: [
          'List the events of a project',
          'Newest first. An event is written in the same transaction as its change.',
        ],
        ja: ['プロジェクトのイベントを一覧', '新しい順。イベントは変更と同じトランザクションで書かれる。'],
      },
      listOrgEvents: {
        en: [
          'List the events of an organization',
          'Newest first. Events of its projects are listed with the projects.',
        ],
        ja: ['組織のイベントを一覧', '新しい順。プロジェクトのイベントはプロジェクトの側に並ぶ。'],
      },
    },
  },
];
