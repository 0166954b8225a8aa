export const languages = ['en', 'ja'] as const;
export type Language = (typeof languages)[number];

/** What the pages say. */
export const words = {
  en: {
    other: '日本語',
    signIn: 'Sign in',
    username: 'E-mail address',
    password: 'Password',
    wrong: 'This e-mail address and password do not belong together.',
    spent: 'Too many attempts. Try again in a quarter of an hour.',
    stale: 'This page was open for too long. Please try again.',
    signedInAs: 'Signed in as',
    signOut: 'Sign out',
    connect: 'Connect a device',
    connectAbout: 'Type the code that the device shows. Only go on if you have just asked for it yourself.',
    code: 'Code',
    allow: 'Allow',
    deny: 'Deny',
    unknownCode: 'There is no such code, or it has expired. Ask the device for a new one.',
    allowed: 'The device is connected. You can close this page.',
    denied: 'The device was refused. You can close this page.',
    invitations: 'Invitations',
    none: 'There are none.',
    join: 'Join',
    changePassword: 'Change the password',
    oldPassword: 'Present password',
    newPassword: 'New password (8 characters or more)',
    changed: 'The password is changed. Every other session and device is signed out.',
  },
  ja: {
    other: 'English',
    signIn: 'サインイン',
    username: 'メールアドレス',
    password: 'パスワード',
    wrong: 'メールアドレスとパスワードの組み合わせが正しくありません。',
    spent: '試行回数が多すぎます。15 分後にもう一度お試しください。',
    stale: 'ページを開いてから時間が経ちすぎました。もう一度お試しください。',
    signedInAs: 'サインイン中:',
    signOut: 'サインアウト',
    connect: 'デバイスを接続',
    connectAbout: 'デバイスに表示されたコードを入力してください。ご自身で要求した場合にだけ進めてください。',
    code: 'コード',
    allow: '許可',
    deny: '拒否',
    unknownCode: 'コードが存在しないか、期限が切れています。デバイスで新しいコードを取得してください。',
    allowed: 'デバイスを接続しました。このページは閉じてかまいません。',
    denied: 'デバイスを拒否しました。このページは閉じてかまいません。',
    invitations: '招待',
    none: 'ありません。',
    join: '参加',
    changePassword: 'パスワードを変更',
    oldPassword: '現在のパスワード',
    newPassword: '新しいパスワード (8 文字以上)',
    changed: 'パスワードを変更しました。ほかのセッションとデバイスはすべてサインアウトされました。',
  },
} as const satisfies Record<Language, Record<string, string>>;

/** The language asked for, or the one the browser names first. */
export function languageOf(asked: string | undefined, accepted = ''): Language {
  const known = (text: string) => languages.find((it) => it === text.trim().slice(0, 2).toLowerCase());
  return known(asked ?? '') ?? accepted.split(',').map(known).find(Boolean) ?? 'en';
}
