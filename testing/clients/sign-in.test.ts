// What `atlas auth login` and the commands after it do, by the library that does it there, with a person at the pages.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { installation } from './installation.ts';
import { fromText, withoutGo } from './sdk.ts';

const PROGRAM = `package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"go.mongodb.org/atlas-sdk/v20250312006/auth/code"
)

func must[T any](it T, _ any, err error) T {
	if err != nil {
		panic(err)
	}
	return it
}

func orgs(token *code.Token) int {
	request, _ := http.NewRequest("GET", os.Getenv("MONGODB_ATLAS_BASE_URL")+"/api/atlas/v2/orgs", nil)
	request.Header.Set("Accept", "application/vnd.atlas.2025-02-19+json")
	token.SetAuthHeader(request)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

func main() {
	ctx := context.Background()
	flow, err := code.NewConfigWithOptions(nil, code.SetAuthURL(os.Getenv("MONGODB_ATLAS_BASE_URL")+"/"),
		code.SetClientID("a-command-line"), code.SetScopes([]string{"openid", "profile", "offline_access"}))
	if err != nil {
		panic(err)
	}
	config := must(flow.RegistrationConfig(ctx))
	asked := must(flow.RequestCode(ctx))
	fmt.Println(asked.UserCode, asked.VerificationURI, config.RegistrationURL)
	token := must(flow.PollToken(ctx, asked))
	fresh := must(flow.RefreshToken(ctx, token.RefreshToken))
	fmt.Println(orgs(token), orgs(fresh))
	for hint, it := range map[string]string{"access_token": fresh.AccessToken, "refresh_token": fresh.RefreshToken} {
		if _, err := flow.RevokeToken(ctx, it, hint); err != nil {
			panic(err)
		}
	}
	_, _, refused := flow.RefreshToken(ctx, token.RefreshToken)
	fmt.Println(orgs(fresh), refused)
}
`;

test('the device flow of the Atlas SDK', { skip: withoutGo() }, async () => {
  const telamon = await installation();
  const program = await fromText(telamon.dir, 'sign-in', PROGRAM);
  const child = spawn(program, {
    env: { ...process.env, ...telamon.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value ?? '');

  const [userCode, uri, registration] = (await next()).split(' ');
  assert.equal(registration, `${telamon.url}/account`);
  const person = browser(telamon.url);
  const { username, password } = telamon as unknown as { username: string; password: string };
  await person('/account/login');
  await person('/account/login', { username, password, next: '/account/connect' });
  await person(new URL(uri!).pathname);
  await person('/account/connect', { code: userCode!, decision: 'allow' });

  assert.equal(await next(), '200 200');
  assert.match(await next(), /^401 .*INVALID_REFRESH_TOKEN/);
});

/** Keeps cookies, and sends a form with the token of the page before. */
function browser(url: string) {
  const jar = new Map<string, string>();
  let csrf = '';
  return async (path: string, form?: Record<string, string>): Promise<void> => {
    const answer = await fetch(url + path, {
      method: form ? 'POST' : 'GET',
      headers: { cookie: [...jar].map((it) => it.join('=')).join('; ') },
      redirect: 'manual',
      ...(form ? { body: new URLSearchParams({ csrf, ...form }) } : {}),
    });
    for (const it of answer.headers.getSetCookie()) {
      const [, name, value] = /^(\w+)=([^;]*)/.exec(it)!;
      jar.set(name!, value!);
    }
    csrf = /name="csrf" value="([^"]+)"/.exec(await answer.text())?.[1] ?? csrf;
    assert.ok(answer.status < 400, `${path}: ${answer.status}`);
  };
}
