import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import packet, { type Packet } from 'dns-packet';
import { pino } from 'pino';
import { serveNames } from './name-server.ts';
import type { NameData, Names } from './zone.ts';

const ZONE = 'db.example.com';
const srv = (n: number): NameData => ({ type: 'SRV', port: 27_000 + n, target: `c-${n}.${ZONE}` });
const held = new Map<string, NameData[]>([
  [`_mongodb._tcp.c.${ZONE}`, [srv(0), srv(1)]],
  [`c.${ZONE}`, [{ type: 'TXT', text: 'authSource=admin&replicaSet=c' }]],
  [`c-0.${ZONE}`, [{ type: 'A', to: '10.1.2.3' }]],
  [`c-1.${ZONE}`, [{ type: 'AAAA', to: 'fd00::1' }]],
  [`c-2.${ZONE}`, [{ type: 'CNAME', to: 'db1.example.com' }]],
  [`_mongodb._tcp.many.${ZONE}`, Array.from({ length: 50 }, (_, n) => srv(n))],
]);
let names = async (): Promise<Names> => held;

const at = { host: '127.0.0.1', port: 0 };
const server = await serveNames({ zone: ZONE, names: () => names(), log: pino({ level: 'silent' }) }, at);
after(() => server.stop());
const resolver = new dns.Resolver({ timeout: 2_000, tries: 1 });
resolver.setServers([`127.0.0.1:${server.port}`]);
const code = (found: Promise<unknown>): Promise<unknown> =>
  found.then(
    () => 'found',
    (error) => error.code,
  );

test('records of every kind, whatever the case of the name', async () => {
  const found = await resolver.resolveSrv(`_MONGODB._tcp.c.DB.example.com`);
  assert.deepEqual(found.map((it) => `${it.name}:${it.port}`).sort(), [`c-0.${ZONE}:27000`, `c-1.${ZONE}:27001`]);
  assert.deepEqual(await resolver.resolveTxt(`c.${ZONE}`), [['authSource=admin&replicaSet=c']]);
  assert.deepEqual(await resolver.resolve4(`c-0.${ZONE}`), ['10.1.2.3']);
  assert.deepEqual(await resolver.resolve6(`c-1.${ZONE}`), ['fd00::1']);
  assert.deepEqual(await resolver.resolveCname(`c-2.${ZONE}`), ['db1.example.com']);
  assert.equal((await resolver.resolveSoa(ZONE)).nsname, `ns.${ZONE}`);
});

test('what is not there, what is of another kind, and what is somebody else’s', async () => {
  assert.equal(await code(resolver.resolve4(`none.${ZONE}`)), 'ENOTFOUND');
  assert.equal(await code(resolver.resolve4(`c.${ZONE}`)), 'ENODATA');
  assert.equal(await code(resolver.resolve4(`_tcp.c.${ZONE}`)), 'ENODATA', 'nothing stands there, but below it');
  assert.equal(await code(resolver.resolve4('example.com')), 'EREFUSED');
  assert.equal(await code(resolver.resolve4(`xdb.example.com`)), 'EREFUSED');
});

test('more than a datagram holds comes over TCP', async () => {
  assert.equal((await resolver.resolveSrv(`_mongodb._tcp.many.${ZONE}`)).length, 50);
});

const query = (type: string, name: string): Packet => ({
  ...{ type: 'query', id: 7, flags: packet.RECURSION_DESIRED },
  questions: [{ type: type as 'A', name }],
});

/** Messages over one connection, until as many records as wanted have come. */
async function overTcp(bytes: Buffer[], records: number): Promise<Packet[]> {
  const socket = connect(server.port, '127.0.0.1');
  for (const it of bytes) socket.write(it);
  let held = Buffer.alloc(0);
  const answers: Packet[] = [];
  for await (const chunk of socket) {
    held = Buffer.concat([held, chunk as Buffer]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      answers.push(packet.streamDecode(held));
      held = held.subarray(2 + held.readUInt16BE(0));
    }
    if (answers.flatMap((it) => it.answers ?? []).length >= records) break;
  }
  socket.destroy();
  return answers;
}

test('a transfer holds all of the zone between two of its SOA, in pieces where it is long', async () => {
  const before = names;
  const more = Array.from({ length: 400 }, (_, n) => [`d-${n}.${ZONE}`, [{ type: 'A', to: '10.1.2.3' }]] as const);
  names = async () => new Map<string, readonly NameData[]>([...held, ...more]);
  try {
    const all = [...(await names()).values()].flat().length;
    const expected = all + 3;
    const answers = await overTcp([packet.streamEncode(query('AXFR', ZONE))], expected);
    const types = answers.flatMap((it) => it.answers!.map(({ type }) => type));
    assert.ok(answers.length > 1);
    assert.equal(types.length, expected);
    assert.deepEqual([types[0], types.at(-1), types.filter((it) => it === 'SOA').length], ['SOA', 'SOA', 2]);
  } finally {
    names = before;
  }
});

test('several queries over one connection, and one that comes in pieces', async () => {
  const whole = Buffer.concat([
    packet.streamEncode(query('A', `c-0.${ZONE}`)),
    packet.streamEncode(query('AAAA', `c-1.${ZONE}`)),
  ]);
  const answers = await overTcp([whole.subarray(0, 9), whole.subarray(9)], 2);
  assert.deepEqual(
    answers.map((it) => it.answers![0]!.type),
    ['A', 'AAAA'],
  );
});

test('noise and answers are not answered, and what follows is', async () => {
  const socket = createSocket('udp4');
  const heard: Packet[] = [];
  socket.on('message', (bytes) => heard.push(packet.decode(bytes)));
  const send = (bytes: Buffer) => socket.send(bytes, server.port, '127.0.0.1');
  send(Buffer.from('no query'));
  send(packet.encode({ ...query('A', `c-0.${ZONE}`), type: 'response' }));
  send(packet.encode(query('A', `c-0.${ZONE}`)));
  await once(socket, 'message');
  socket.close();
  assert.equal(heard.length, 1);
  const flags = packet.AUTHORITATIVE_ANSWER | packet.RECURSION_DESIRED;
  assert.equal(heard[0]!.flags! & (flags | packet.RECURSION_AVAILABLE), flags);
});

test('a store that does not answer is told as such, and nothing is said to be absent', async () => {
  const before = names;
  names = () => Promise.reject(new Error('no primary'));
  try {
    assert.equal(await code(resolver.resolve4(`c-0.${ZONE}`)), 'ESERVFAIL');
  } finally {
    names = before;
  }
});

test('a port that is taken is told, and nothing stays open', async () => {
  const taken = serveNames({ zone: ZONE, names, log: pino({ level: 'silent' }) }, { ...at, port: server.port });
  await assert.rejects(taken, { code: 'EADDRINUSE' });
});

/** What comes back for a datagram. */
async function overUdp(bytes: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4');
  try {
    socket.send(bytes, server.port, '127.0.0.1');
    const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
    return answer;
  } finally {
    socket.close();
  }
}

/** A query in bytes, which no library would write: with as many questions, and what comes after them. */
const odd = (questions: Buffer[], more = Buffer.alloc(0)): Buffer =>
  Buffer.concat([
    Buffer.from([0, 7, 1, 0, 0, questions.length, 0, 0, 0, 0, 0, more.length ? 1 : 0]),
    ...questions,
    more,
  ]);
const nameIn = (name: string): Buffer =>
  Buffer.concat(`${name}.`.split('.').map((it) => Buffer.from([it.length, ...Buffer.from(it)])));
const SOA_IN = Buffer.from([0, 6, 0, 1]);
const asked = Buffer.concat([nameIn(ZONE), SOA_IN]);

test('what a stranger put together wrongly is answered too: an option with a name, a name beyond ASCII', async () => {
  const opt = Buffer.from([1, 0x78, 0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0]);
  assert.equal(packet.decode(await overUdp(odd([asked], opt))).answers!.length, 1);
  const name = Buffer.concat([Buffer.from([63]), Buffer.alloc(63, 0xff), nameIn(ZONE)]);
  const refused = packet.decode(await overUdp(odd([Buffer.concat([name, SOA_IN])])));
  assert.deepEqual([refused.questions, (refused as { rcode?: string }).rcode], [[], 'FORMERR']);
});

test('no answer is long because a query was short: its questions are not repeated where there are many', async () => {
  const long = nameIn(`${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.${ZONE}`);
  const again = Buffer.from([0xc0, 12, 0, 6, 0, 1]);
  const query = odd([Buffer.concat([long, SOA_IN]), ...Array.from({ length: 100 }, () => again)]);
  assert.ok((await overUdp(query)).length < 100);
});

test('of a caller that takes no answers, no more is read', async () => {
  const before = names;
  const many = new Map<string, readonly NameData[]>(
    Array.from({ length: 20_000 }, (_, n) => [`d-${n}.${ZONE}`, [{ type: 'A', to: '10.1.2.3' }]] as const),
  );
  let transfers = 0;
  names = async () => {
    transfers++;
    return many;
  };
  const [deaf, other] = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')];
  try {
    // About a megabyte each.
    deaf.pause();
    deaf.write(Buffer.concat(Array.from({ length: 100 }, () => packet.streamEncode(query('AXFR', ZONE)))));
    // Every answer to another caller is a turn in which this one's could have been made.
    for (let n = 0; n < 150; n++) {
      other.write(packet.streamEncode(query('A', `d-1.${ZONE}`)));
      await once(other, 'data');
    }
    assert.ok(transfers - 150 < 50, `${transfers} times`);
  } finally {
    names = before;
    deaf.destroy();
    other.destroy();
  }
});
