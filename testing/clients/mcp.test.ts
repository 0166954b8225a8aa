// The MongoDB MCP server, driven through its Atlas tools as an assistant's host drives it. It speaks OAuth, asks for
// tokens over HTTPS only, and sends one date with every call.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { until } from '../wait.ts';
import { installation } from './installation.ts';
import { packages } from './packages.ts';

const { root, skip } = await packages();

interface Tools {
  /** What the tool answers: its text, and its structured content where it has one. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of tools are looked at, not typed
  call(name: string, args?: object): Promise<{ text: string; content: any; failed: boolean }>;
  names: readonly string[];
  orgId: string;
}

async function start(): Promise<Tools> {
  const telamon = await installation({ tls: true });
  const at = (path: string) => import(pathToFileURL(join(root!, 'node_modules', path)).href);
  const { Client } = await at('@modelcontextprotocol/sdk/dist/esm/client/index.js');
  const { StdioClientTransport } = await at('@modelcontextprotocol/sdk/dist/esm/client/stdio.js');
  const client = new Client({ name: 'telamon-tests', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(root!, 'node_modules/mongodb-mcp-server/dist/esm/index.js')],
    env: {
      ...process.env,
      SSL_CERT_FILE: telamon.cert,
      NODE_EXTRA_CA_CERTS: telamon.cert,
      MDB_MCP_API_BASE_URL: telamon.url,
      MDB_MCP_API_CLIENT_ID: telamon.clientId,
      MDB_MCP_API_CLIENT_SECRET: telamon.clientSecret,
      MDB_MCP_TELEMETRY: 'disabled',
    },
    stderr: 'ignore',
  });
  await client.connect(transport);
  after(() => client.close());
  const { tools } = await client.listTools();
  return {
    orgId: telamon.orgId,
    names: tools.map((it: { name: string }) => it.name),
    async call(name, args = {}) {
      const answer = await client.callTool({ name, arguments: args });
      const text = answer.content.map((it: { text?: string }) => it.text ?? '').join('\n');
      return { text, content: answer.structuredContent, failed: answer.isError === true };
    },
  };
}

test('an assistant makes a project with a cluster and its user, and looks at all of it', { skip }, async () => {
  const mcp = await start();
  const done = async (name: string, args: object) => {
    const answer = await mcp.call(name, args);
    assert.equal(answer.failed, false, `${name}: ${answer.text}`);
    return answer;
  };
  assert.match((await done('atlas-list-orgs', {})).text, new RegExp(mcp.orgId));
  await done('atlas-create-project', { projectName: 'assisted', orgId: mcp.orgId });
  const { content } = await done('atlas-list-projects', { orgId: mcp.orgId, includeCount: true });
  assert.equal(content.totalCount, 1);
  const [{ id: projectId, name }] = content.projects;
  assert.equal(name, 'assisted');

  const cluster = { projectId, clusterName: 'served', provider: 'AWS', regions: ['EU_CENTRAL_1'], backup: 'OFF' };
  await done('atlas-create-cluster', cluster);
  const free = await done('atlas-create-free-cluster', { projectId, name: 'small' });
  assert.equal(free.content.created, true);
  for (const clusterName of ['served', 'small']) {
    const { text } = await until(
      () => done('atlas-inspect-cluster', { projectId, clusterName }),
      (it) => it.text.includes('IDLE'),
      90_000,
    );
    assert.match(text, /mongodb:\/\//);
  }
  assert.match((await done('atlas-list-clusters', { projectId })).text, /served.*small|small.*served/s);

  assert.match((await done('atlas-list-clusters', {})).text, /assisted/, 'over all projects');

  const comment = 'an assistant';
  await done('atlas-create-access-list', { projectId, currentIpAddress: true, cidrBlocks: ['10.1.0.0/16'], comment });
  const list = await done('atlas-inspect-access-list', { projectId });
  assert.match(list.text, /127\.0\.0\.1/);
  assert.match(list.text, /10\.1\.0\.0\/16/);

  const role = { roleName: 'readWriteAnyDatabase', databaseName: 'admin' };
  const user = await done('atlas-create-db-user', { projectId, username: 'ann', roles: [role] });
  assert.ok(user.content.password, 'the server makes one up');
  assert.match((await done('atlas-list-db-users', { projectId })).text, /ann/);
  await done('atlas-get-performance-advisor', { projectId, clusterName: 'served' });
  await done('atlas-list-alerts', { projectId });

  // Its own user, with an end and for this cluster alone; then data goes in and comes out.
  const { connectionId } = (await done('atlas-connect-cluster', { projectId, clusterName: 'small' })).content;
  assert.match((await done('atlas-list-db-users', { projectId })).text, /mcpUser\d+/);
  const orders = { connectionId, database: 'shop', collection: 'orders' };
  await done('insert-many', { ...orders, documents: [{ n: 1 }, { n: 2 }] });
  const found = await done('count', { ...orders, query: { n: { $gt: 0 } } });
  assert.match(found.text, /2/);

  // What fails, fails in words that help.
  const none = await mcp.call('atlas-inspect-cluster', { projectId, clusterName: 'none' });
  assert.deepEqual([none.failed, /No cluster named none exists/.test(none.text)], [true, true]);
  const backedUp = await mcp.call('atlas-create-cluster', { ...cluster, clusterName: 'backed', backup: 'SNAPSHOT' });
  assert.deepEqual([backedUp.failed, /backupEnabled/.test(backedUp.text)], [true, true]);
});
