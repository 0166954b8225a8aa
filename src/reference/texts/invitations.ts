import type { TagTexts } from '../text.ts';

export const invitationTexts: readonly TagTexts[] = [
  {
    tag: { en: 'Organizations', ja: '組織' },
    operations: {
      createOrgInvite: {
        en: ['Invite a person to an organization', 'The invitation lasts 30 days.'],
        ja: ['組織に人を招待', '招待は 30 日間有効。'],
      },
      deleteOrgInvite: { en: ['Withdraw an invitation to an organization', ''], ja: ['組織への招待を取り消す', ''] },
      getOrgInvite: { en: ['Show an invitation to an organization', ''], ja: ['組織への招待を表示', ''] },
      listOrgInvites: { en: ['List the invitations to an organization', ''], ja: ['組織への招待を一覧', ''] },
      updateOrgInviteById: {
        en: ['Change an invitation to an organization', 'Its roles or teams.'],
        ja: ['組織への招待を変更', 'ロールやチーム。'],
      },
      updateOrgInvites: {
        en: ['Change the invitation of a person to an organization', 'By the name in the body.'],
        ja: ['名前で組織への招待を変更', '本文の名前で指定する。'],
      },
    },
  },
  {
    tag: { en: 'Projects', ja: 'プロジェクト' },
    operations: {
      addGroupAccessUser: {
        en: ['Add a person to a project', 'An active user of the organization at once, anybody else by an invitation.'],
        ja: ['プロジェクトに人を追加', '組織の有効なユーザーはすぐに、それ以外は招待される。'],
      },
      createGroupInvite: {
        en: ['Invite a person to a project', 'The invitation lasts 30 days.'],
        ja: ['プロジェクトに人を招待', '招待は 30 日間有効。'],
      },
      deleteGroupInvite: {
        en: ['Withdraw an invitation to a project', ''],
        ja: ['プロジェクトへの招待を取り消す', ''],
      },
      getGroupInvite: { en: ['Show an invitation to a project', ''], ja: ['プロジェクトへの招待を表示', ''] },
      listGroupInvites: { en: ['List the invitations to a project', ''], ja: ['プロジェクトへの招待を一覧', ''] },
      updateGroupInviteById: {
        en: ['Change an invitation to a project', 'Its roles.'],
        ja: ['プロジェクトへの招待を変更', 'ロール。'],
      },
      updateGroupInvites: {
        en: ['Change the invitation of a person to a project', 'By the name in the body.'],
        ja: ['名前でプロジェクトへの招待を変更', '本文の名前で指定する。'],
      },
    },
  },
];
