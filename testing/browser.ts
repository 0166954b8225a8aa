import type { TestHouse } from './house.ts';

/** A browser as far as these pages need one: it keeps cookies and finds the token of the last page's forms. */
export function browser({ app }: TestHouse, remoteAddress?: string) {
  const jar = new Map<string, string>();
  let csrf = '';
  async function send(method: 'GET' | 'POST', url: string, form?: Record<string, string>, headers = {}) {
    const answer = await app.inject({
      ...{ method, url, remoteAddress },
      headers: {
        ...{ cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...headers,
      },
      payload: form && new URLSearchParams({ csrf, ...form }).toString(),
    });
    for (const it of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name, value] = /^(\w+)=([^;]*)/.exec(it)!;
      jar.set(name!, value!);
    }
    csrf = /name="csrf" value="([^"]+)"/.exec(answer.payload)?.[1] ?? csrf;
    return answer;
  }
  return {
    jar,
    get: (url: string, headers = {}) => send('GET', url, undefined, headers),
    post: (url: string, form: Record<string, string>, headers = {}) => send('POST', url, form, headers),
    async signIn(username: string, password: string) {
      await send('GET', '/account/login');
      return send('POST', '/account/login', { username, password, next: '/account/connect' });
    },
  };
}
