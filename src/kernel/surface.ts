import { undated } from '../contract/versions.ts';
import type { Mounted } from './operation.ts';
import { byAccept, byFormat, type Chosen, newestNotAfter, plainTypes } from './version.ts';

/** One surface an operation answers on: its prefix, and how the version is chosen there. */
export interface Surface {
  prefix: string;
  /** Whether callers ask for versions by their date, and versions end. */
  isDated?: boolean;
  choose(operation: Mounted, accept: string | undefined): Chosen;
  contentType(chosen: Chosen): string;
}

const plain = (prefix: string, date: string): Surface => ({
  prefix,
  choose: (operation, accept) => byFormat(operation, date, accept),
  contentType: ({ format }) => plainTypes[format],
});
const v2: Surface = {
  prefix: '/api/atlas/v2',
  isDated: true,
  choose: byAccept,
  contentType: ({ date, format }) =>
    `application/vnd.atlas.${date}+${format}${format === 'gzip' ? '' : ';charset=utf-8'}`,
};
const own = plain('/api/telamon/v1', '9999-12-31');

/** Undated surfaces show only operations that were there at their date. */
export function surfacesOf(operation: Mounted): Surface[] {
  if (operation.surface === 'telamon') return [own];
  const dated = Object.entries(undated)
    .filter(([, date]) => newestNotAfter(operation, date))
    .map(([name, date]) => plain(`/api/atlas/${name}`, date));
  return [v2, ...dated];
}
