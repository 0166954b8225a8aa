// What the project's founding pages print for their calls: Go programs and lines of curl, run as they stand there.
// They are read from ../shared, and these tests are skipped where that is absent.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { atlas, oauthToken } from '../../demo/atlas.ts';
import { replicaSet } from '../places.ts';
import { until } from '../wait.ts';
import { installation } from './installation.ts';
import { fromText, type Generation, generations, run, withoutGo } from './sdk.ts';

const PAGES = join(import.meta.dirname, '../../../shared/atlas/founding-pages');
const skip = existsSync(PAGES) ? undefined : 'the founding pages are not at hand (../shared)';
const noGo = skip ?? withoutGo();
const pages = skip ? [] : globSync('*.txt', { cwd: PAGES }).sort();
const telamon = await installation();
const api = atlas(telamon.url, telamon.url, telamon);
const { id: groupId } = await api.call('POST', '/groups', { name: 'founding', orgId: telamon.orgId });

/** What a page's call needs before it, and how to see afterwards that it was done. */
interface Story {
  /** Gives what replaces the page's placeholders, and credentials where they are not the first owner's. */
  begin(): Promise<{ values: Record<string, string>; environment?: Record<string, string> }>;
  status: number;
  done(values: Record<string, string>): Promise<void>;
  /** The SDK's own names: the pages print those of the published interface. */
  sdk: { operation: string; needs: Record<string, string>; generation?: string };
}

const failsWith = async (code: string, call: Promise<unknown>): Promise<void> =>
  assert.rejects(call, (error: { code?: string }) => error.code === code);
const linkTokens = () => `/orgs/${telamon.orgId}/liveMigrations/linkTokens`;

const stories: Record<string, Story> = {
  DeleteOrgLiveMigrationLinkTokens: {
    async begin() {
      await api.call('POST', linkTokens(), {});
      return { values: { orgId: telamon.orgId } };
    },
    status: 204,
    done: () => failsWith('UNEXPECTED_ERROR', api.call('DELETE', linkTokens())),
    sdk: { operation: 'DeleteLinkToken', needs: { OrgId: 'orgId' } },
  },
  CreateOrgLiveMigrationLinkToken: {
    begin: async () => ({ values: { orgId: telamon.orgId, payload: '{ "accessListIps": ["127.0.0.1"] }' } }),
    status: 201,
    done: () => api.call('DELETE', linkTokens()),
    sdk: { operation: 'CreateLinkToken', needs: { OrgId: 'orgId', TargetOrgRequest: '&sdk.TargetOrgRequest{}' } },
  },
  RevokeGroupClusterMongoDbEmployeeAccess: {
    async begin() {
      const cluster = `/groups/${groupId}/clusters/look`;
      // The first of these calls makes the cluster, later ones find it.
      await api
        .call('POST', `/groups/${groupId}/clusters`, replicaSet('look', 1))
        .catch((error) => assert.equal(error.code, 'DUPLICATE_CLUSTER_NAME'));
      await until(
        () => api.call('GET', cluster),
        (it) => it.stateName === 'IDLE',
      );
      const expirationTime = new Date(Date.now() + 3_600_000).toISOString();
      await api.call('POST', `${cluster}:grantMongoDBEmployeeAccess`, {
        grantType: 'CLUSTER_DATABASE_LOGS',
        expirationTime,
      });
      return { values: { groupId, clusterName: 'look', payload: '{ }' } };
    },
    status: 204,
    async done() {
      assert.equal((await api.call('GET', `/groups/${groupId}/clusters/look`)).mongoDBEmployeeAccessGrant, undefined);
    },
    // The generation on the page, v20240805001, has no such call yet; this is the first that has it.
    sdk: {
      operation: 'RevokeMongoDbEmployeeAccess',
      needs: { GroupId: 'groupId', ClusterName: 'clusterName' },
      generation: 'v20250219001',
    },
  },
  DeleteOrg: {
    async begin() {
      const { organization, serviceAccount } = await api.call('POST', '/orgs', {
        name: 'Founding',
        serviceAccount: {
          name: 'f',
          description: 'Owner of this organization',
          roles: ['ORG_OWNER'],
          secretExpiresAfterHours: 8,
        },
      });
      const [{ secret }] = serviceAccount.secrets;
      return {
        values: { orgId: organization.id },
        environment: { MONGODB_ATLAS_CLIENT_ID: serviceAccount.clientId, MONGODB_ATLAS_CLIENT_SECRET: secret },
      };
    },
    status: 204,
    done: ({ orgId }) => failsWith('ORG_NOT_FOUND', api.call('GET', `/orgs/${orgId}`)),
    sdk: { operation: 'DeleteOrganization', needs: { OrgId: 'orgId' } },
  },
};

/** The page of the v1.0 call names no operation; it is the deletion of the tokens. */
const operationOf = (page: string): string =>
  /sdk\.(\w+)ApiParams/.exec(page)?.[1] ?? 'DeleteOrgLiveMigrationLinkTokens';

/** Each `curl` with the lines that continue it; a page that lost its line ends keeps their backslashes. */
const curls = (page: string): string[] =>
  [...page.matchAll(/^curl (?:.*\\\n)*.*/gm)].map(([line]) => line.replaceAll(/\\\s/g, ' '));

function filledIn(line: string, values: Record<string, string>): string {
  return line
    .replace('https://cloud.mongodb.com', telamon.url)
    .replace('{ <Payload> }', values.payload ?? '')
    .replace('4888442a3354817a7320eb61', '{orgId}')
    .replaceAll(/\{(orgId|groupId|clusterName)\}/g, (_, name: string) => values[name]!);
}

/**
 * The program of a page, whole: pages print it without its package, with `params` undeclared, with the names of the
 * published interface instead of the SDK's, and without the context that the SDK's service account needs.
 */
function program(page: string, { sdk }: Story, generation: Generation, values: Record<string, string>): string {
  const printed = page.slice(page.indexOf('import ('), page.indexOf('curl --include'));
  const fields = Object.entries(sdk.needs).map(([field, it]) => `${field}: ${values[it] ? `"${values[it]}"` : it}`);
  const auth = generation.oauth
    ? 'sdk.UseOAuthAuth(ctx, clientID, clientSecret)'
    : 'sdk.UseHTTPClient((&clientcredentials.Config{ClientID: clientID, ClientSecret: clientSecret, TokenURL: base + "/api/oauth/token"}).Client(ctx))';
  return `package main\n${printed}`
    .replace('"log"', generation.oauth ? '"log"\n"fmt"' : '"log"\n"fmt"\n"golang.org/x/oauth2/clientcredentials"')
    .replace(/atlas-sdk\/v\d+\//, `atlas-sdk/${generation.module}/`)
    .replace('ctx := context.Background()', 'ctx := context.Background()\nbase := os.Getenv("MONGODB_ATLAS_BASE_URL")')
    .replace('sdk.UseOAuthAuth(clientID, clientSecret)', `sdk.UseBaseURL(base), ${auth}`)
    .replaceAll(operationOf(page), sdk.operation)
    .replace('params = ', 'params := ')
    .replace('ApiParams{}', `ApiParams{${fields.join(', ')}}`)
    .replace('\nhttpResp, err := ', '\nsdkResp, httpResp, err := ')
    .replace('Execute()\n', 'Execute()\nfmt.Println(httpResp.StatusCode, err, sdkResp)\n');
}

for (const file of pages) {
  const page = readFileSync(join(PAGES, file), 'utf8');
  const operation = operationOf(page);
  const story = stories[operation]!;
  for (const [n, line] of curls(page).entries()) {
    const auth = line.includes('--digest') ? 'Digest' : 'Bearer';
    test(`curl, ${operation}, page ${file.slice(0, 3)}, ${auth}`, { skip }, async () => {
      const { values, environment: own = {} } = await story.begin();
      const { clientId, clientSecret } = telamon;
      // The owner's key may delete the new organization too, its service account may not: that one has its own.
      const account = [
        own.MONGODB_ATLAS_CLIENT_ID ?? clientId,
        own.MONGODB_ATLAS_CLIENT_SECRET ?? clientSecret,
      ] as const;
      const output = execFileSync(
        'bash',
        ['-c', `${filledIn(line, values)} --silent --show-error --write-out '\n%{http_code}'`],
        {
          encoding: 'utf8',
          env: {
            ...process.env,
            ACCESS_TOKEN: await oauthToken(telamon.url, ...account),
            PUBLIC_KEY: telamon.publicKey,
            PRIVATE_KEY: telamon.privateKey,
          },
        },
      );
      assert.equal(output.trim().split('\n').at(-1), String(story.status), `${n}: ${output}`);
      await story.done(values);
    });
  }
  if (!page.includes('package') && !page.includes('import (')) continue;
  test(`Go, ${operation}, page ${file.slice(0, 3)}`, { skip: noGo }, async () => {
    const year = /atlas-sdk\/(v\d{8})/.exec(page)![1]!;
    const named =
      generations.find((it) => it.module === story.sdk.generation) ??
      generations.find((it) => it.module.startsWith(year));
    const { values, environment } = await story.begin();
    const built = await fromText(telamon.dir, `page${file.slice(0, 3)}`, program(page, story, named!, values));
    const { code, output } = await run(built, [], { ...telamon.environment, ...environment });
    assert.deepEqual([code, output.split(' ').slice(0, 2)], [0, [String(story.status), '<nil>']], output);
    await story.done(values);
  });
}

test('every founding page was run', { skip }, () => {
  assert.equal(pages.length, 5);
  assert.deepEqual(pages.map((it) => curls(readFileSync(join(PAGES, it), 'utf8')).length).sort(), [1, 2, 2, 2, 2]);
});
