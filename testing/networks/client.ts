// A client that does on each line of its input what it says, and prints what became of it; see namespace.ts.
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';

const uri = process.env.TELAMON_URI!;
const kept = new MongoClient(uri);
const write = (client: MongoClient) => client.db('x').collection('c').insertOne({});

const acts: Record<string, () => Promise<string>> = {
  async connect() {
    const client = new MongoClient(uri);
    try {
      await write(client);
      return 'in';
    } catch (error) {
      // The only refusal that counts; an address that cannot be reached would look like one.
      if (/Authentication failed/.test(String(error))) return 'out';
      return String(error);
    } finally {
      await client.close();
    }
  },
  write: () =>
    write(kept).then(
      () => 'written',
      (error) => String(error),
    ),
};

for await (const line of createInterface(process.stdin)) console.log(await acts[line]!());
await kept.close();
