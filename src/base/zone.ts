// What an authoritative name server says of one zone; RFC 1034, 1035, 2308, 2782 and 5936.
import packet, { type Answer, type DecodedPacket, type OptAnswer, type Packet, type Question } from 'dns-packet';

/** What stands at a name. */
export type NameData =
  | { type: 'SRV'; port: number; target: string }
  | { type: 'TXT'; text: string }
  | { type: 'A' | 'AAAA' | 'CNAME'; to: string };

/** Whole names in lower case, and what stands there. */
export type Names = ReadonlyMap<string, readonly NameData[]>;

/** Seconds. What is not there may be a moment later, so that is remembered for a shorter time. */
const [TTL, ABSENT_TTL] = [30, 5];
/** Seconds after which a secondary server asks again, after a failure too, and for which it answers alone. */
const [REFRESH, RETRY, EXPIRE] = [15, 5, 30 * 86_400];
/** Bytes that pass through every network in one piece (RFC 9715), and that every client takes. */
const [LARGE, SMALL] = [1_232, 512];
/** Records in one message of a transfer: far less than fits into 64 KiB. */
const PER_MESSAGE = 200;

export const rcode = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

export type Query = DecodedPacket & { opcode?: string };

/** As all may write it: `Db.Example.` and `db.example` are one name. */
const folded = (name: string): string => name.toLowerCase().replace(/\.$/, '');

function record(name: string, it: NameData): Answer {
  if (it.type === 'SRV') return { name, type: 'SRV', ttl: TTL, data: { port: it.port, target: it.target } };
  if (it.type === 'TXT') return { name, type: 'TXT', ttl: TTL, data: it.text };
  return { name, type: it.type, ttl: TTL, data: it.to };
}

/** The zone's own records. Its number is the time, so that a secondary server takes over whatever has changed. */
function apex(zone: string, now: number): [soa: Answer, ns: Answer] {
  const serial = Math.floor(now / 1_000);
  const times = { refresh: REFRESH, retry: RETRY, expire: EXPIRE, minimum: ABSENT_TTL };
  const data = { mname: `ns.${zone}`, rname: `hostmaster.${zone}`, serial, ...times };
  return [
    { name: zone, type: 'SOA', ttl: ABSENT_TTL, data },
    { name: zone, type: 'NS', ttl: TTL, data: data.mname },
  ];
}

/** The one question of a query that can be repeated as it came: signs beyond ASCII cannot. */
const questionIn = ({ questions = [] }: Query): Question | undefined =>
  questions.length === 1 && /^[!-~]+$/.test(questions[0]!.name) ? questions[0] : undefined;

/** An answer without records. Nothing of the query goes into it but the question, which a stranger may have made of anything. */
export function refusal(query: Query, why: number): Packet {
  const flags = (query.flags ?? 0) & packet.RECURSION_DESIRED;
  const question = questionIn(query);
  const opt = query.additionals?.find((it): it is OptAnswer => it.type === 'OPT');
  const ours = opt && {
    ...{ type: 'OPT' as const, name: '.', udpPayloadSize: LARGE, extendedRcode: 0, ednsVersion: 0 },
    flags: opt.flags & packet.DNSSEC_OK,
    flag_do: opt.flag_do,
    options: [],
  };
  return {
    ...{ type: 'response', id: query.id, flags: flags | why, questions: question ? [question] : [] },
    additionals: ours ? [ours] : [],
  };
}

/** The answers to one query: one, or for a transfer as many as it takes. */
export function answersTo(query: Query, zone: string, names: Names, way: 'udp' | 'tcp', now = Date.now()): Packet[] {
  const question = questionIn(query);
  if (query.opcode && query.opcode !== 'QUERY') return [refusal(query, rcode.NOTIMP)];
  if (!question) return [refusal(query, rcode.FORMERR)];
  const name = folded(question.name);
  const isOurs = name === zone || name.endsWith(`.${zone}`);
  if (!isOurs || (question.class ?? 'IN') !== 'IN') return [refusal(query, rcode.REFUSED)];

  const reply = (more: Partial<Packet>, why: number = rcode.NOERROR): Packet => {
    const { flags = 0, ...rest } = refusal(query, why);
    return { ...rest, flags: flags | packet.AUTHORITATIVE_ANSWER, ...more };
  };
  const [soa, ns] = apex(zone, now);
  const type: string = question.type;
  if (type === 'AXFR' || type === 'IXFR') {
    if (name !== zone) return [refusal(query, rcode.REFUSED)];
    // Over UDP one learns that there is something new; whoever wants it comes over TCP.
    if (way === 'udp') return [reply({ answers: [soa] })];
    const all = [...names].flatMap(([at, found]) => found.map((it) => record(at, it)));
    const records = [soa, ns, ...all, soa];
    const messages = Math.ceil(records.length / PER_MESSAGE);
    return Array.from({ length: messages }, (_, n) =>
      reply({ answers: records.slice(n * PER_MESSAGE, (n + 1) * PER_MESSAGE) }),
    );
  }
  // Under the name as it was asked for, of which some resolvers make a riddle.
  const here = (names.get(name) ?? []).map((it) => record(question.name, it));
  if (name === zone) here.push(soa, ns);
  const answers = here.filter((it) => type === 'ANY' || it.type === type || it.type === 'CNAME');
  if (answers.length) return [reply({ answers })];
  const isThere = here.length > 0 || [...names.keys()].some((it) => it.endsWith(`.${name}`));
  return [reply({ authorities: [soa] }, isThere ? rcode.NOERROR : rcode.NXDOMAIN)];
}

/** An answer in bytes, as much as whoever asked takes over UDP: what is too long is asked for again over TCP. */
export function forUdp(answer: Packet, query: Query): Buffer {
  const opt = query.additionals?.find((it): it is OptAnswer => it.type === 'OPT');
  const bytes = packet.encode(answer);
  if (bytes.length <= Math.min(LARGE, Math.max(SMALL, opt?.udpPayloadSize ?? 0))) return bytes;
  const flags = (answer.flags ?? 0) | packet.TRUNCATED_RESPONSE;
  return packet.encode({ ...answer, flags, answers: [], authorities: [] });
}
