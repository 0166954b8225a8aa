import type { TagTexts } from '../text.ts';

export const peopleTexts: readonly TagTexts[] = [
  {
    tag: { en: 'MongoDB Cloud Users', ja: 'ユーザー' },
    operations: {
      addGroupUserRole: {
        en: ['Give a user a role in a project', ''],
        ja: ['プロジェクトでのロールをユーザーに与える', ''],
      },
      addGroupUsers: {
        en: ['Add a user to a project', 'A person who has no account yet is invited.'],
        ja: ['プロジェクトにユーザーを追加', 'アカウントがまだない人は招待される。'],
      },
      addOrgTeamUser: { en: ['Add a user to a team', ''], ja: ['チームにユーザーを追加', ''] },
      addOrgUserRole: {
        en: ['Give a user a role in an organization', ''],
        ja: ['組織でのロールをユーザーに与える', ''],
      },
      createOrgUser: {
        en: ['Invite a user to an organization', 'Pending for 30 days, until the person signs in.'],
        ja: ['組織にユーザーを招待', '本人がサインインするまで、30 日間は保留になる。'],
      },
      createUser: { en: ['Create a user', ''], ja: ['ユーザーを作成', ''] },
      getGroupUser: { en: ['Show a user of a project', ''], ja: ['プロジェクトのユーザーを表示', ''] },
      getOrgUser: { en: ['Show a user of an organization', ''], ja: ['組織のユーザーを表示', ''] },
      getUser: { en: ['Show a user', ''], ja: ['ユーザーを表示', ''] },
      getUserByName: { en: ['Find a user by name', ''], ja: ['名前でユーザーを探す', ''] },
      listGroupUsers: {
        en: ['List the users of a project', 'With `flattenTeams` those who come by a team too.'],
        ja: ['プロジェクトのユーザーを一覧', '`flattenTeams` を付けるとチーム経由の人も含む。'],
      },
      listOrgTeamUsers: { en: ['List the users of a team', ''], ja: ['チームのユーザーを一覧', ''] },
      listOrgUsers: {
        en: ['List the users of an organization', 'Active ones and those who are invited.'],
        ja: ['組織のユーザーを一覧', '有効な人と招待中の人。'],
      },
      removeGroupUser: { en: ['Remove a user from a project', ''], ja: ['プロジェクトからユーザーを外す', ''] },
      removeGroupUserRole: {
        en: ['Take a role in a project from a user', ''],
        ja: ['プロジェクトでのロールをユーザーから外す', ''],
      },
      removeOrgTeamUser: { en: ['Remove a user from a team', ''], ja: ['チームからユーザーを外す', ''] },
      removeOrgUser: {
        en: ['Remove a user from an organization', 'Its last owner stays.'],
        ja: ['組織からユーザーを外す', '最後のオーナーは外せない。'],
      },
      removeOrgUserRole: {
        en: ['Take a role in an organization from a user', 'The last owner keeps its role.'],
        ja: ['組織でのロールをユーザーから外す', '最後のオーナーのロールは外せない。'],
      },
      updateGroupUserRoles: {
        en: ["Replace a user's roles in a project", ''],
        ja: ['プロジェクトでのユーザーのロールを置き換える', ''],
      },
      updateOrgUser: {
        en: ['Change a user of an organization', 'The roles and teams given replace those before.'],
        ja: ['組織のユーザーを変更', '渡したロールとチームが前のものを置き換える。'],
      },
      updateOrgUserRoles: {
        en: ["Replace a user's roles in an organization", ''],
        ja: ['組織でのユーザーのロールを置き換える', ''],
      },
    },
  },
  {
    tag: { en: 'Teams', ja: 'チーム' },
    operations: {
      addGroupTeams: {
        en: ['Give teams access to a project', 'Each with its roles.'],
        ja: ['チームにプロジェクトへのアクセスを与える', 'チームごとにロールを渡す。'],
      },
      addOrgTeamUsers: { en: ['Add users to a team', ''], ja: ['チームにユーザーを追加（複数）', ''] },
      createOrgTeam: {
        en: ['Create a team', 'A team has at least one user.'],
        ja: ['チームを作成', 'チームには少なくとも一人のユーザーが要る。'],
      },
      deleteOrgTeam: {
        en: ['Delete a team', 'Refused while a project uses it.'],
        ja: ['チームを削除', 'プロジェクトで使われている間は拒否される。'],
      },
      getGroupTeam: { en: ['Show a team of a project', ''], ja: ['プロジェクトのチームを表示', ''] },
      getOrgTeam: { en: ['Show a team', ''], ja: ['チームを表示', ''] },
      getOrgTeamByName: { en: ['Find a team by its name', ''], ja: ['名前でチームを探す', ''] },
      listGroupTeams: { en: ['List the teams of a project', ''], ja: ['プロジェクトのチームを一覧', ''] },
      listOrgTeams: {
        en: ['List the teams of an organization', 'Those that the caller may see.'],
        ja: ['組織のチームを一覧', '呼び出し元に見えるもの。'],
      },
      removeGroupTeam: { en: ['Take a team out of a project', ''], ja: ['プロジェクトからチームを外す', ''] },
      removeOrgTeamUserFromTeam: {
        en: ['Remove a user from a team', 'By the id in the path.'],
        ja: ['チームからユーザーを外す（パス指定）', 'パスの ID で指定する。'],
      },
      renameOrgTeam: { en: ['Rename a team', ''], ja: ['チームの名前を変更', ''] },
      updateGroupTeam: {
        en: ["Change a team's roles in a project", 'The roles given replace those before.'],
        ja: ['プロジェクトでのチームのロールを変更', '渡したロールが前のものを置き換える。'],
      },
    },
  },
  {
    tag: { en: 'Telamon: operator', ja: 'Telamon: 運用者' },
    operations: {
      deleteOperatorUser: { en: ['Delete a person', ''], ja: ['人を削除', ''] },
      listOperatorUsers: { en: ['List people who can sign in', ''], ja: ['サインインできる人を一覧', ''] },
      putOperatorUser: {
        en: ['Create a person, or set the password', 'Shown this once where none is given.'],
        ja: ['人を作成、またはパスワードを設定', '渡さなければ作られ、この一度だけ表示される。'],
      },
    },
  },
];
