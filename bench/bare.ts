// What the least server would do: a Fastify route that answers with one document of the same store. No credentials, no
// versions, no roles. Arguments: the store's URI, the organization's id. Prints its URL.
import { fastify } from 'fastify';
import { MongoClient } from 'mongodb';

const [uri, orgId] = process.argv.slice(2) as [string, string];
const client = new MongoClient(uri, { readConcernLevel: 'majority' });
const orgs = client.db().collection<{ _id: string }>('organizations');
const app = fastify();
app.get('/orgs/:orgId', (request) => orgs.findOne({ _id: (request.params as { orgId: string }).orgId }));
if (!(await orgs.findOne({ _id: orgId }))) throw new Error(`the store has no organization ${orgId}`);
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
