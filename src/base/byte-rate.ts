const units: Record<string, number> = {
  '': 1,
  ...{ kb: 1e3, mb: 1e6, gb: 1e9 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 },
};

/** Bytes per second out of what people write: `20MB`, `1.5 GiB`, `500000`; undefined when it is no rate above zero. */
export function byteRate(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*?)(?:\/s)?$/i.exec(text.trim()) ?? [];
  const factor = units[unit?.toLowerCase() ?? ''];
  const rate = Math.floor(Number(number) * (factor ?? Number.NaN));
  return rate > 0 ? rate : undefined;
}
