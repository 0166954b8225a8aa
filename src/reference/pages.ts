import { html, type Markup, prose } from '../base/html.ts';
import { type ErrorCode, errorCodes, publicCode } from '../contract/errors.ts';
import { rateBuckets } from '../contract/rate-limits.ts';
import { attributes, valueText } from './attributes.ts';
import { byTag, type Described, type DescribedVersion, type Parameter } from './describe.ts';
import { replyExample, widened } from './recorded.ts';
import { samplesOf } from './samples.ts';
import type { Schema } from './schema.ts';
import { type Language, languages } from './text.ts';
import { type Words, wordsIn } from './words.ts';

export interface PageOptions {
  described: readonly Described[];
  /** How this server is reached; samples carry it. */
  origin: string;
  language: Language;
}

const NAMES: Record<Language, string> = { en: 'English', ja: '日本語' };

/** `here` is the page's path below that of its language: empty, or an operation's id. */
function frame({ described, language }: PageOptions, here: string, title: string, content: Markup): string {
  const words = wordsIn(language);
  const link = (
    it: Described,
  ) => html`<li data-find="${`${it.text[language][0]} ${it.id} ${it.method} ${it.path}`.toLowerCase()}">
<a href="/docs/${language}/${it.id}"${it.id === here ? html` aria-current="page"` : ''}><span class="method ${it.method}">${it.method}</span> ${it.text[language][0]}</a></li>`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Telamon</title>
<link rel="stylesheet" href="/docs/assets/docs.css">
<script src="/docs/assets/docs.js" defer></script>
</head>
<body>
<a class="skip" href="#content">${words.skip}</a>
<header>
<a class="home" href="/docs/${language}/">Telamon <span>${words.title}</span></a>
<nav aria-label="Language">${languages.map(
    (it) =>
      html`<a href="/docs/${it}/${here}" lang="${it}" hreflang="${it}"${it === language ? html` aria-current="true"` : ''}>${NAMES[it]}</a>`,
  )}</nav>
<a href="/openapi?lang=${language}">${words.document}</a>
</header>
<nav class="menu" aria-label="${words.menu}">
<form role="search" action="/docs/${language}/"><input type="search" name="q" placeholder="${words.search}" aria-label="${words.search}"></form>
<p class="none" role="status" hidden>${words.noMatch}</p>
${byTag(described).map(
  ([
    tag,
    all,
  ]) => html`<details${all.some((it) => it.id === here) ? html` open` : ''}><summary>${tag[language]}</summary>
<ul>${all.map(link)}</ul></details>`,
)}
</nav>
<main id="content">${content}</main>
</body>
</html>
`.text;
}

/** What there is, or with `asked` what of it matches. */
export function overviewPage(options: PageOptions, asked = ''): string {
  const { described, language } = options;
  const words = wordsIn(language);
  const needles = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = ({ id, method, path, text }: Described) =>
    needles.every((it) => `${text[language].join(' ')} ${id} ${method} ${path}`.toLowerCase().includes(it));
  const found = described.filter(matches);
  const intro = html`<p>${prose(words.about)}</p>
<h2>${words.signIn}</h2><p>${prose(words.signInAbout)}</p>
<h2>${words.datedTitle}</h2><p>${prose(words.dated)}</p>`;
  const row = ({ id, method, path, text }: Described) => html`<tr>
<td><a href="/docs/${language}/${id}">${text[language][0]}</a></td>
<td><code><span class="method ${method}">${method}</span> ${path}</code></td></tr>`;
  const content = html`<h1>${words.title}</h1>
${asked ? html`<p>${words.search}: <b>${asked}</b></p>` : intro}
${found.length ? '' : html`<p>${words.noMatch}</p>`}
${byTag(found).map(([tag, all]) => html`<h2>${tag[language]}</h2><div class="wide"><table>${all.map(row)}</table></div>`)}`;
  return frame(options, '', words.title, content);
}

export const missingPage = (options: PageOptions): string => {
  const { notFound } = wordsIn(options.language);
  return frame(options, '', notFound, html`<h1>${notFound}</h1>`);
};

export function operationPage(options: PageOptions, it: Described): string {
  const { language } = options;
  const words = wordsIn(language);
  const [title, about] = it.text[language];
  const parameters = (where: Parameter['in'], heading: string) => {
    const some = it.parameters.filter((one) => one.in === where);
    return some.length > 0 && html`<h2>${heading}</h2><dl>${some.map((one) => parameter(one, language, words))}</dl>`;
  };
  const content = html`<article>
<h1>${title}</h1>
<p class="path"><code><span class="method ${it.method}">${it.method}</span> ${it.path.replaceAll('/', '/\u200b')}</code></p>
${about && html`<p>${prose(about)}</p>`}
<dl class="facts">
<dt>${words.mayCall}</dt><dd>${whoMay(it, words)}</dd>
${rateLimit(it, words)}
${it.alsoOn.length > 0 && html`<dt>${words.alsoOn}</dt><dd>${it.alsoOn.map((name) => html`<code>${it.path.replace('/v2', `/${name}`)}</code> `)}</dd>`}
<dt>operationId</dt><dd><code>${it.id}</code></dd>
</dl>
${parameters('path', words.pathParameters)}
${parameters('query', words.queryParameters)}
${it.versions.map((version) => versionSection(options, it, version, words))}
<h2>${words.errors}</h2>
${it.errors.map(([status, codes]) => errorGroup(status, codes))}
</article>`;
  return frame(options, it.id, title, content);
}

const parameter = ({ name, in: where, schema, about }: Parameter, language: Language, words: Words) => html`
<dt><code class="name">${name}</code> <span class="type">${valueText(schema, words)}</span>${where === 'path' && html` <span class="required">${words.required}</span>`}</dt>
<dd>${prose(about[language])}</dd>`;

function whoMay({ operation: { inside, roles } }: Described, words: Words): Markup {
  const only = { link: words.theAgent, staff: words.staff, operator: words.operator };
  if (inside === 'link' || inside === 'staff' || inside === 'operator') return html`${only[inside]}`;
  if (roles.length) return html`${roles.map((role) => html`<code>${role}</code> `)}`;
  return html`${inside === 'anywhere' ? words.anyone : words.anyMember}`;
}

function rateLimit({ operation }: Described, words: Words): Markup | undefined {
  if (operation.surface === 'telamon') return undefined;
  const { inside, bucket = inside === 'org' || inside === 'group' ? inside : 'user' } = operation;
  const { capacity, refill } = rateBuckets[bucket];
  return html`<dt>${words.rate}</dt><dd>${capacity} ${words.rateUnit.replace('%s', String(refill))}</dd>`;
}

const block = (code: string, words: Words, language: string) =>
  html`<div class="code"><button type="button" data-copied="${words.copied}" hidden>${words.copy}</button><pre tabindex="0"><code class="${language}">${code}</code></pre></div>`;

const json = (value: unknown) => JSON.stringify(value, null, 2);

function versionSection({ origin }: PageOptions, it: Described, version: DescribedVersion, words: Words): Markup {
  const { date, mediaType, body, deprecated } = version;
  const dated = it.operation.surface !== 'telamon';
  const notes =
    deprecated &&
    html`<p class="deprecated">${words.deprecatedBy} ${deprecated.by}${deprecated.sunset && html` · ${words.sunset} ${deprecated.sunset}`}</p>`;
  return html`<section class="version" data-version="${date}">
${dated && html`<h2 class="dated">${words.version} ${date}</h2>${notes}`}
<div class="columns"><div>
${body && html`<h3>${words.body}</h3><p><code>${mediaType}</code></p>${attributes(body, words)}`}
<h3>${words.answer}</h3>${answer(it, version, words, origin)}
</div><div class="samples"><h3>${words.samples}</h3>
${samplesOf(it, version, origin).map(({ client, language, code }) => html`<div class="sample" data-client="${client}"><h4>${client}</h4>${block(code, words, language)}</div>`)}
</div></div>
</section>`;
}

function answer(it: Described, version: DescribedVersion, words: Words, origin: string): Markup {
  const { status, reply, mediaType, inJson, raw } = version;
  const enveloped = status !== 200 && inJson && html` (${prose(words.enveloped)})`;
  const head = html`<p>${words.status} <code>${status}</code>${enveloped}</p>`;
  const types = html`<p>${[...(inJson && reply ? [mediaType] : []), ...raw].map((type) => html`<code>${type}</code> `)}</p>`;
  if (!inJson) return html`${head}${types}<p>${words.inRaw}</p>`;
  if (!reply) return html`${head}<p>${words.empty}</p>`;
  const one = replyExample(it, version, origin);
  const self = `${origin}${it.path.replaceAll(/\{\w+\}/g, '…')}?includeCount=true&pageNum=1&itemsPerPage=100`;
  const page = { links: [{ href: self, rel: 'self' }], results: [one], totalCount: 1 };
  const { list } = it.operation;
  const body = list === 'page' ? page : list === 'bare' ? [one] : one;
  return html`${head}${types}${attributes(widened(reply as Schema, one), words)}<h4>${words.example}</h4>${block(json(body), words, 'json')}`;
}

function errorGroup(status: number, codes: readonly ErrorCode[]): Markup {
  const [first] = codes;
  const told = { error: status, errorCode: publicCode(first!), detail: errorCodes[first!][1].replaceAll('%s', '…') };
  return html`<details class="error"><summary><code>${status}</code> ${[...new Set(codes.map(publicCode))].map((code) => html`<code>${code}</code> `)}</summary>
<dl>${codes.map((code) => html`<dt><code>${publicCode(code)}</code></dt><dd>${errorCodes[code][1].replaceAll('%s', '…')}</dd>`)}</dl>
<pre tabindex="0"><code class="json">${json(told)}</code></pre></details>`;
}
