import { megabytes } from '../base/meter.ts';
import { compareDeployments } from '../migration/index.ts';

export interface VerifyFlags {
  source: string;
  destination: string;
  include: string[];
  exclude: string[];
  /** Documents of each collection; all of them where it is absent. */
  sample?: number;
  json?: boolean;
}

/** `telamon verify`: says what differs, one line each, and answers whether the two are equal. */
export async function verifyCommand(flags: VerifyFlags, out: (line: string) => void): Promise<boolean> {
  const result = await compareDeployments(flags.source, flags.destination, flags);
  const equal = result.differences.length === 0;
  if (flags.json) out(JSON.stringify({ equal, ...result }));
  else {
    for (const it of result.differences) out(`${it.namespace}: ${it.what}: ${it.detail}`);
    const bytes = flags.sample ? 'chosen at random' : megabytes(result.bytes);
    const what = `${result.collections} collections, ${result.documents} documents, ${bytes}`;
    out(equal ? `Equal: ${what} compared.` : `Not equal: ${result.differences.length} differences; ${what} compared.`);
  }
  return equal;
}
