import type { Clients } from '../../mongod/index.ts';
import type { Cluster, ClusterProcess } from '../clusters/questions.ts';
import { exposition } from './server-metrics.ts';

/** A process, and the cluster that it is of. */
export interface Scraped extends ClusterProcess {
  cluster: Pick<Cluster, '_id' | 'name' | 'groupId' | 'orgId'>;
}

export interface Scrape {
  text: string;
  contentType: string;
}

/**
 * How long an answer is given again. Far below any interval of scrapes that makes sense, so that nobody's figures are
 * old, and long enough that whoever asks without a pause asks the process only so often.
 */
const HELD_MS = 1_000;

interface Held {
  answer: Promise<Scrape | undefined>;
  /** On the clock that no jump of time moves; unknown while the process is being asked. */
  until?: number;
}

/**
 * The figures of processes, each asked once at a time however many ask for them: the control plane reaches a process by
 * the same few connections, and takes rights away by them.
 */
export function createScrapes(clients: Clients) {
  const held = new Map<string, Held>();

  async function ask(it: Scraped): Promise<Scrape | undefined> {
    const seen = await clients
      .with(it.adminUri, async (client) => {
        const admin = client.db('admin');
        // One after the other: a scrape takes one connection.
        return [await admin.command({ serverStatus: 1 }), await admin.command({ replSetGetStatus: 1 })] as const;
      })
      // Down, starting or on its way out: Prometheus shows it as a target that is not up.
      .catch(() => undefined);
    if (!seen) return undefined;
    const [status, set] = seen;
    return exposition(status, {
      ...{ group_id: it.cluster.groupId, org_id: it.cluster.orgId, cl_name: it.cluster.name, rs_nm: it.replSet },
      ...{ rs_state: String(set.myState), process_port: String(it.port), process_type: 'mongod' },
    });
  }

  /** Undefined when the process does not answer. */
  return (it: Scraped): Promise<Scrape | undefined> => {
    const now = performance.now();
    for (const [key, { until }] of held) if (until !== undefined && until <= now) held.delete(key);
    // A port may be another cluster's by now.
    const key = `${it.cluster._id} ${it.host}:${it.port}`;
    const known = held.get(key);
    if (known) return known.answer;
    const made: Held = { answer: ask(it) };
    held.set(key, made);
    const ended = () => {
      made.until = performance.now() + HELD_MS;
    };
    made.answer.then(ended, () => held.delete(key));
    return made.answer;
  };
}
