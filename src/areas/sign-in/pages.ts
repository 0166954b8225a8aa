import { html, type Markup } from '../../base/html.ts';
import { type Language, words } from './words.ts';

/** What every page knows of its reader. */
export interface Reader {
  language: Language;
  /** Proves that a form was sent from a page of ours. */
  csrf: string;
  /** Path and query of this page, for the switch of the language. */
  here: string;
  /** Unlocks the one style sheet. */
  nonce: string;
}

const STYLE = `:root{color-scheme:light dark;font:1rem/1.6 system-ui,"Hiragino Sans","Noto Sans JP",sans-serif}
body{max-width:26rem;margin:8vh auto;padding:0 1.5rem}
h1{font-size:1.4rem}h2{font-size:1.1rem}
label{display:block;margin-top:1rem}
input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem}
button{font:inherit;margin-top:1.2rem;padding:.5rem 1.2rem}
.note{border-left:.25rem solid;padding-left:.8rem}
nav{display:flex;justify-content:space-between}
nav button{margin:0}`;

function switched(here: string, language: Language): string {
  const [path = '', query] = here.split('?');
  const params = new URLSearchParams(query);
  params.set('lang', language);
  return `${path}?${params}`;
}

function page(reader: Reader, title: string, body: Markup): string {
  const { language, nonce, here } = reader;
  const other = language === 'en' ? 'ja' : 'en';
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Telamon</title>
<style nonce="${nonce}">${STYLE_MARKUP}</style>
</head>
<body>
<nav><span>Telamon</span><a href="${switched(here, other)}" hreflang="${other}">${words[language].other}</a></nav>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}
const STYLE_MARKUP = html([STYLE] as unknown as TemplateStringsArray);

const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;
const token = ({ csrf, language }: Reader) => html`${hidden('csrf', csrf)}${hidden('lang', language)}`;
const noted = (text: string | undefined) => text && html`<p class="note" role="status">${text}</p>`;

export function loginPage(reader: Reader, next: string, problem?: 'wrong' | 'spent' | 'stale'): string {
  const w = words[reader.language];
  return page(
    reader,
    w.signIn,
    html`${noted(problem && w[problem])}
<form method="post" action="/account/login">
${token(reader)}${hidden('next', next)}
<label>${w.username}<input name="username" type="email" autocomplete="username" required autofocus></label>
<label>${w.password}<input name="password" type="password" autocomplete="current-password" required></label>
<button>${w.signIn}</button>
</form>`,
  );
}

const signOut = (reader: Reader, username: string) => {
  const w = words[reader.language];
  return html`<form method="post" action="/account/logout">${token(reader)}
<nav><span>${w.signedInAs} ${username}</span><button>${w.signOut}</button></nav></form>`;
};

export type ConnectOutcome = 'unknownCode' | 'spent' | 'stale' | 'allowed' | 'denied';

export function connectPage(reader: Reader, username: string, outcome?: ConnectOutcome): string {
  const w = words[reader.language];
  const done = outcome === 'allowed' || outcome === 'denied';
  return page(
    reader,
    w.connect,
    html`${signOut(reader, username)}${noted(outcome && w[outcome])}
${
  !done &&
  html`<form method="post" action="/account/connect">
${token(reader)}
<p>${w.connectAbout}</p>
<label>${w.code}<input name="code" autocomplete="off" autocapitalize="characters" required autofocus></label>
<button name="decision" value="allow">${w.allow}</button>
<button name="decision" value="deny" formnovalidate>${w.deny}</button>
</form>`
}`,
  );
}

export interface HomeView {
  username: string;
  invitations: readonly { id: string; name: string }[];
  outcome?: 'changed' | 'wrong' | 'stale' | 'spent';
}

export function homePage(reader: Reader, { username, invitations, outcome }: HomeView): string {
  const w = words[reader.language];
  return page(
    reader,
    'Telamon',
    html`${signOut(reader, username)}${noted(outcome && w[outcome])}
<h2>${w.invitations}</h2>
${invitations.length === 0 && html`<p>${w.none}</p>`}
${invitations.map(
  (it) => html`<form method="post" action="/account/invitations/${it.id}">${token(reader)}
<nav><span>${it.name}</span><button>${w.join}</button></nav></form>`,
)}
<h2>${w.changePassword}</h2>
<form method="post" action="/account/password">
${token(reader)}
<label>${w.oldPassword}<input name="old" type="password" autocomplete="current-password" required></label>
<label>${w.newPassword}<input name="new" type="password" autocomplete="new-password" minlength="8" required></label>
<button>${w.changePassword}</button>
</form>`,
  );
}
