// How the clients name each call that is mounted, for the samples of the reference. `node scripts/client-names.mjs` reads
// it from the Go SDK's generations (service, function, date, body) and, where it is at hand, from the published interface
// (the Atlas CLI's commands), and writes src/reference/assets/*.tsv.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountedOperations } from '../testing/mounted.ts';

const MODULE = 'go.mongodb.org/atlas-sdk';
/** Generation and patch; from each the samples of the operations take what it alone says of their dated versions. */
const GENERATIONS = ['20231001001.0.0', '20240530005.0.0', '20240805001.0.0', '20250219001.1.0', '20250312006.1.0'];

function directoryOf(version) {
  const [generation] = version.split('.');
  // The checksum database does not know some generations.
  const env = { ...process.env, GOFLAGS: '-mod=mod', GONOSUMDB: 'go.mongodb.org' };
  const told = execFileSync('go', ['mod', 'download', '-json', `${MODULE}/v${generation}@v${version}`], { env });
  return JSON.parse(told).Dir;
}

const first = (text, pattern) => pattern.exec(text)?.[1] ?? '';

const capital = (name) => name && name[0].toUpperCase() + name.slice(1);

/** Each call of one source file of the SDK. */
function callsOf(source) {
  return source.split(/^(?=func \(a \*\w+Service\) \w+Execute\()/m).flatMap((part) => {
    const [, service, told] = /^func \(a \*(\w+)Service\) (\w+)Execute\(/.exec(part) ?? [];
    const path = first(part, /localVarPath := localBasePath \+ "([^"]+)"/);
    if (!told || !path.startsWith('/api/atlas/v2')) return [];
    const name = capital(told);
    const method = first(part, /localVarHTTPMethod\s+= http\.Method(\w+)/).toUpperCase();
    const date = first(part, /localVarHTTPHeaderAccepts := \[\]string\{"application\/vnd\.atlas\.([\d-]+)\+/);
    const field = capital(first(part, /localVarPostBody = r\.(\w+)/));
    const params = first(source, new RegExp(`type ${name}ApiParams struct \\{([^}]*)\\}`));
    const type = field && first(params, new RegExp(`^\\s*${field}\\s+(\\S+)`, 'm'));
    const fields = [...params.matchAll(/^\s*(\w+)\s+string$/gm)].map((it) => it[1]).join(',');
    const gives = /localVarReturnValue\s/.test(part) ? 'value' : '';
    const cells = [service, name, date, field, type, fields, gives];
    return [{ route: `${method} ${path.slice('/api/atlas/v2'.length)}`, cells }];
  });
}

/** Parameters may be called otherwise there. */
const nameless = (route) => route.replaceAll(/\{\w+\}/g, '{}');
const mounted = mountedOperations();
const ids = new Set(mounted.map((it) => it.id));
const routes = new Set(mounted.map((it) => nameless(it.route)));

const rows = new Map();
for (const version of GENERATIONS) {
  const admin = join(directoryOf(version), 'admin');
  for (const file of readdirSync(admin).filter((it) => /^api_.*\.go$/.test(it)))
    for (const { route, cells } of callsOf(readFileSync(join(admin, file), 'utf8'))) {
      if (!routes.has(nameless(route))) continue;
      const key = [route, ...cells].join('\t');
      rows.set(key, [...(rows.get(key) ?? []), version]);
    }
}
const write = (name, lines) => writeFileSync(`src/reference/assets/${name}.tsv`, `${lines.sort().join('\n')}\n`);
write(
  'go-sdk',
  [...rows].map(([key, versions]) => `${key}\t${versions.join(',')}`),
);

/** The Atlas CLI's spelling of a tag: `MongoDB Cloud Users` is `mongoDbCloudUsers`. */
const camel = (tag) =>
  tag
    .replaceAll('MongoDB', 'Mongo Db')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase())
    .map((word, n) => (n ? capital(word) : word))
    .join('');

const published = '../shared/atlas/spec/atlas-openapi.json';
if (existsSync(published)) {
  const { paths } = JSON.parse(readFileSync(published, 'utf8'));
  const operations = Object.values(paths).flatMap((item) =>
    Object.values(item).filter((it) => ids.has(it.operationId)),
  );
  write(
    'atlas-cli',
    operations.map(({ operationId, tags, 'x-xgen-operation-id-override': override }) =>
      [operationId, camel(tags[0]), override ?? operationId].join('\t'),
    ),
  );
}
