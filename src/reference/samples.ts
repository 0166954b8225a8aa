import { readFileSync } from 'node:fs';
import type { Inside } from '../kernel/operation.ts';
import { newestNotAfter } from '../kernel/version.ts';
import type { Described, DescribedVersion } from './describe.ts';
import { example } from './example.ts';

export interface Sample {
  /** Names the client; not translated. */
  client: 'Atlas CLI' | 'Go SDK' | 'curl, Digest' | 'curl, Bearer';
  language: 'sh' | 'go';
  code: string;
}

const read = (name: string): string[][] =>
  readFileSync(new URL(`./assets/${name}.tsv`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

/** Parameters may be called otherwise there. */
const nameless = (route: string) => route.replaceAll(/\{\w+\}/g, '{}');

interface GoCall {
  service: string;
  name: string;
  date: string;
  bodyField: string;
  bodyType: string;
  /** Fields that need a text, those of the path first. */
  fields: string[];
  givesValue: boolean;
  generation: string;
}

/** How the Go SDK's generations name each call; newest generation first. */
const goCalls = new Map<string, GoCall[]>();
for (const [route, service, name, date, bodyField, bodyType, fields, gives, versions] of read('go-sdk')) {
  const key = nameless(route!);
  const made = versions!.split(',').map((version) => ({
    ...{ service: service!, name: name!, date: date!, bodyField: bodyField!, bodyType: bodyType! },
    ...{
      fields: fields!.split(',').filter(Boolean),
      givesValue: gives === 'value',
      generation: version.split('.')[0]!,
    },
  }));
  goCalls.set(
    key,
    [...(goCalls.get(key) ?? []), ...made].sort((a, b) => (a.generation < b.generation ? 1 : -1)),
  );
}
const cliCommands = new Map(read('atlas-cli').map(([id, service, command]) => [id!, `${service} ${command}`]));

/** Where `telamon env` puts what most calls need. */
const VARIABLES: Record<string, string> = { orgId: 'MONGODB_ATLAS_ORG_ID', groupId: 'MONGODB_ATLAS_PROJECT_ID' };

const variable = (name: string) => `\${${name}}`;
const inShell = (name: string, value: string) => {
  const known = VARIABLES[name];
  return known ? variable(known) : encodeURIComponent(value);
};
/** A body whose ids are those of the caller's own organization and project. */
const withVariables = (body: string, put: (name: string) => string) =>
  body.replaceAll(/"(orgId|groupId)": "\w+"/g, (_, name) => `"${name}": "${put(variable(VARIABLES[name]!))}"`);
const quoted = (body: string) => {
  const plain = body.replaceAll("'", `'\\''`);
  return `'${withVariables(plain, (it) => `'"${it}"'`)}'`;
};
const heredoc = (body: string) =>
  withVariables(
    body.replaceAll(/[\\$`]/g, (it) => `\\${it}`),
    (it) => it,
  );
const bodyText = ({ body }: DescribedVersion) =>
  body ? JSON.stringify(example(body, { brief: true }), null, 2) : undefined;

function urlOf({ path, parameters }: Described, origin: string): string {
  const values = new Map(parameters.map((it) => [it.name, it.example]));
  return origin + path.replaceAll(/\{(\w+)\}/g, (_, name) => inShell(name, values.get(name)!));
}

function curl(it: Described, version: DescribedVersion, origin: string, signing: readonly string[]): string {
  const body = bodyText(version);
  const accept = version.inJson ? version.mediaType : version.raw[0]!;
  return [
    `curl ${version.inJson ? '--include' : '--output answer'} ${signing[0]}`,
    ...signing.slice(1),
    `--header "Accept: ${accept}"`,
    ...(body ? [`--header "Content-Type: ${version.mediaType}"`] : []),
    `--request ${it.method} "${urlOf(it, origin)}"`,
    ...(body ? [`--data ${quoted(body)}`] : []),
  ].join(' \\\n  ');
}

/** Whose credentials a call wants: variables of the name and of the password that Digest takes. */
const USERS: Partial<Record<Inside, readonly [string, string]>> = {
  link: ['LINK_PUBLIC_KEY', 'LINK_PRIVATE_KEY'],
  operator: ['OPERATOR', 'OPERATOR_PASSWORD'],
  staff: ['STAFF_USERNAME', 'STAFF_PASSWORD'],
};
const MEMBER = ['MONGODB_ATLAS_PUBLIC_KEY', 'MONGODB_ATLAS_PRIVATE_KEY'] as const;
const userOf = ({ operation }: Described) => (USERS[operation.inside] ?? MEMBER).map(variable).join(':');

const digest = (it: Described, version: DescribedVersion, origin: string): string =>
  curl(it, version, origin, ['--digest', `--user "${userOf(it)}"`]);

const bearer = (it: Described, version: DescribedVersion, origin: string): string =>
  `ACCESS_TOKEN=$(curl --silent --user "\${MONGODB_ATLAS_CLIENT_ID}:\${MONGODB_ATLAS_CLIENT_SECRET}" \\
  --data grant_type=client_credentials ${origin}/api/oauth/token | jq --raw-output .access_token)
${curl(it, version, origin, [`--header "Authorization: Bearer ${variable('ACCESS_TOKEN')}"`])}`;

function atlasCli(it: Described, version: DescribedVersion): string | undefined {
  const command = cliCommands.get(it.id);
  if (!command) return undefined;
  const body = bodyText(version);
  const flags = it.parameters.flatMap(({ name, in: where, example: value }) =>
    where === 'path' ? [`--${name} "${VARIABLES[name] ? inShell(name, value) : value}"`] : [],
  );
  const file = body ? `cat > request.json <<JSON\n${heredoc(body)}\nJSON\n` : '';
  const given = body ? ['--file request.json'] : [];
  return file + [`atlas api ${command} --version ${version.date}`, ...flags, ...given].join(' \\\n  ');
}

/** The newest generation of the SDK whose call is answered with this version. */
export function goCallOf({ operation }: Described, version: DescribedVersion): GoCall | undefined {
  const calls = goCalls.get(nameless(operation.route)) ?? [];
  return calls.find(({ date }) => newestNotAfter(operation, date)?.date === version.date);
}

function goProgram(it: Described, version: DescribedVersion, origin: string): string | undefined {
  const call = goCallOf(it, version);
  const body = bodyText(version);
  if (!call || (body && !call.bodyType)) return undefined;
  const inPath = it.parameters.filter((one) => one.in === 'path');
  const fields = call.fields.map((field, n) => {
    const { name, example: value } = inPath[n] ?? { name: '', example: 'example' };
    return `${field}: ${VARIABLES[name] ? `os.Getenv("${VARIABLES[name]}")` : JSON.stringify(value)}`;
  });
  const sends = body && call.bodyField;
  const pointer = call.bodyType.startsWith('*');
  if (sends) fields.push(`${call.bodyField}: ${pointer ? 'body' : '*body'}`);
  const type = call.bodyType.replace(/^\*/, '').replaceAll(/\b[A-Z]\w*/g, (name) => `admin.${name}`);
  const decode = `	body := new(${type})
	if err := json.Unmarshal([]byte(\`${body}\`), body); err != nil {
		log.Fatal(err)
	}
`;
  const result = call.givesValue ? 'result, response, err' : 'response, err';
  const copies = !version.inJson;
  const told = copies
    ? '	io.Copy(os.Stdout, result)\n'
    : '	text, _ := json.MarshalIndent(result, "", "  ")\n	fmt.Println(string(text))\n';
  const packages = [
    'context',
    ...(sends || (call.givesValue && !copies) ? ['encoding/json'] : []),
    'fmt',
    ...(call.givesValue && copies ? ['io'] : []),
    'log',
    'os',
  ];
  return `package main

import (
${packages.map((one) => `	"${one}"`).join('\n')}

	"go.mongodb.org/atlas-sdk/v${call.generation}/admin"
)

func main() {
	client, err := admin.NewClient(
		admin.UseBaseURL("${origin}"),
		admin.UseDigestAuth(os.Getenv("MONGODB_ATLAS_PUBLIC_KEY"), os.Getenv("MONGODB_ATLAS_PRIVATE_KEY")),
	)
	if err != nil {
		log.Fatal(err)
	}
${sends ? decode : ''}	params := &admin.${call.name}ApiParams{${fields.join(', ')}}
	${result} := client.${call.service}.${call.name}WithParams(context.Background(), params).Execute()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.Status)
${call.givesValue ? told : ''}}
`;
}

/** Ready to run after `eval "$(telamon env)"`, with the ids of examples in it. */
export function samplesOf(it: Described, version: DescribedVersion, origin: string): Sample[] {
  const { inside } = it.operation;
  const all: [Sample['client'], Sample['language'], string | undefined][] = [
    ['Atlas CLI', 'sh', atlasCli(it, version)],
    ['Go SDK', 'go', goProgram(it, version, origin)],
    ['curl, Digest', 'sh', digest(it, version, origin)],
    ['curl, Bearer', 'sh', USERS[inside] ? undefined : bearer(it, version, origin)],
  ];
  return all.flatMap(([client, language, code]) => (code ? [{ client, language, code }] : []));
}
