// The answers in our own document name what is answered: every attribute of the published answers, but for those that
// cannot be had here, and every attribute that the examples of the reference show.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { attributes, itemsOf, loadSchemas, type Schema, skipSchemas } from './conformance/schemas.ts';
import { mountedOperations } from './mounted.ts';

interface Unshown {
  operationId: RegExp;
  path: RegExp;
  why: string;
}

const CLUSTERS = /Cluster(s|TenantUpgrade)?$/;
const EVENTS = /^(get|list)(Org|Group)Events?$/;
const USERS = /^(add|create|get|list)(Group|Org)?(Team)?Users?(ByName)?$/;

/** Published attributes that no answer of ours has, and why. */
const unshown: readonly Unshown[] = [
  { operationId: /EncryptionAtRest$/, path: /^(aws|azure|google)\w+\./, why: 'there is no key service' },
  { operationId: /(Containers?|ContainerAll|Peers?|EndpointService)$/, path: /./, why: 'there are none of them' },
  { operationId: /Group(s|ByName)?$/, path: /^regionUsageRestrictions$/, why: 'there is no cloud for governments' },
  { operationId: /^createOrg$/, path: /^federationSettingsId$/, why: 'there is no federation' },
  { operationId: /^createOrg$/, path: /^apiKey.links$/, why: 'the key is part of another answer' },
  {
    operationId: CLUSTERS,
    path: /^connectionStrings\.(aws|private)\w*$/,
    why: 'there are no private endpoints and no peering',
  },
  { operationId: CLUSTERS, path: /^configServerType$/, why: 'only sharded clusters have one' },
  { operationId: CLUSTERS, path: /^acceptDataRisks\w+$/, why: 'it is something to say, and forgotten when it is done' },
  { operationId: CLUSTERS, path: /^deleteAfter\w+$/, why: 'no cluster deletes itself' },
  { operationId: CLUSTERS, path: /^featureCompatibilityVersion$/, why: 'Atlas shows it from 2024-08-05 on' },
  { operationId: CLUSTERS, path: /^providerSettings\.diskTypeName$/, why: 'it is a size of disks of Azure' },
  { operationId: CLUSTERS, path: /^mongoDBEmployeeAccessGrant\.links$/, why: 'Atlas shows none' },
  {
    operationId: /Flex|ClusterStatus$|MongoDbVersions$|UserCerts$|UserRoles$/,
    path: /^links$/,
    why: 'Atlas shows none',
  },
  {
    operationId: /^listClusterDetails$/,
    path: /dataSizeBytes$/,
    why: 'it would ask every cluster of the installation',
  },
  { operationId: /GroupAccessListEntr/, path: /^awsSecurityGroup$/, why: 'it names something inside AWS' },
  { operationId: /UserSecurity/, path: /^(customerX509\.links|ldap\..+)$/, why: 'there is no LDAP' },
  { operationId: /GroupProcess(es)?$/, path: /^shardName$/, why: 'there are no shards' },
  {
    operationId: /SlowQueryLogs$/,
    path: /\.(metrics\.\w+|replicaState)$/,
    why: 'the log of mongod does not tell it',
  },
  { operationId: USERS, path: /^password$/, why: 'nobody is shown a password' },
  { operationId: /AlertConfigs?$/, path: /^threshold\.(metricName|mode)$/, why: 'they stand in metricThreshold' },
  {
    operationId: /Alerts?$/,
    path: /^(instance|parent|processor|nonRunning|sourceType)/,
    why: 'no alert of ours bears it',
  },
  { operationId: /AuditLog$/, path: /^auditFilter$/, why: 'nothing is audited' },
  { operationId: /IpAddresses$/, path: /\.future(In|Out)bound$/, why: 'addresses of this host do not move' },
  {
    operationId: EVENTS,
    path: /^(raw\.(alertConfigId|severity)|alertId|currentValue|metricName)$/,
    why: 'no alert is raised',
  },
  { operationId: EVENTS, path: /^(invoiceId|paymentId)$/, why: 'nothing is billed' },
  { operationId: EVENTS, path: /^(endpointId|providerEndpointId)$/, why: 'there are no private endpoints' },
  {
    operationId: EVENTS,
    path: /^(instanceName|processor\w+|(from|to)Tier|modifiedBy|reason|region)$/,
    why: 'it is of stream processing',
  },
  {
    operationId: EVENTS,
    path: /^(delegatePrincipal|resourcePolicyId|violatedPolicies|violationAction)$/,
    why: 'there are no resource policies and nobody acts for another',
  },
  { operationId: EVENTS, path: /^(collection|database|opType|sessionId)$/, why: 'there is no Data Explorer' },
  {
    operationId: EVENTS,
    path: /^(deskLocation|employeeIdentifier)$/,
    why: 'staff are told by the name of their credential',
  },
  {
    operationId: EVENTS,
    path: /^(hostname|port|replicaSetName|shardName)$/,
    why: 'an event of ours names the cluster',
  },
];

/** Paths of attributes that `theirs` has and `ours` does not name. */
function unnamed(ours: Schema, theirs: Schema, resolve: (it: Schema) => Schema, at = ''): string[] {
  const [own, items] = [itemsOf(ours, (it) => it), itemsOf(theirs, resolve)];
  if (items) {
    if (own) return unnamed(own, items, resolve, `${at}[]`);
    return Object.keys(attributes(items, resolve)).length ? [`${at}[]`] : [];
  }
  const mine = attributes(ours, (it) => it);
  return Object.entries(attributes(theirs, resolve)).flatMap(([name, schema]) => {
    const path = at ? `${at}.${name}` : name;
    if (schema.writeOnly) return [];
    return mine[name] ? unnamed(mine[name], schema, resolve, path) : [path];
  });
}

test('answers name every published attribute, or there is a reason', { skip: skipSchemas }, () => {
  const { operations, resolve } = loadSchemas();
  const found = mountedOperations().flatMap(({ id, list, versions }) =>
    Object.entries(versions).flatMap(([date, version]) => {
      const responses = Object.entries(operations.get(id)?.responses ?? {});
      const answer = responses.find(([status]) => status.startsWith('2'))?.[1];
      const whole = answer?.content?.[`application/vnd.atlas.${date}+json`]?.schema;
      if (!whole || !version!.reply) return [];
      const results = list === 'page' ? attributes(whole, resolve).results : whole;
      const theirs = list ? results && itemsOf(results, resolve) : whole;
      return theirs ? unnamed(version!.reply as Schema, theirs, resolve).map((path) => ({ id, date, path })) : [];
    }),
  );
  const covers = (it: Unshown, { id, path }: { id: string; path: string }) =>
    it.operationId.test(id) && it.path.test(path);
  assert.deepEqual(
    found.filter((it) => !unshown.some((one) => covers(one, it))).map(({ id, date, path }) => `${id} ${date} ${path}`),
    [],
  );
  assert.deepEqual(
    unshown.filter((one) => !found.some((it) => covers(one, it))),
    [],
    'reasons that nothing needs any more',
  );
});

/** Paths of what an answer shows and its schema does not name. */
function strange(schema: Schema | undefined, value: unknown, at = ''): string[] {
  if (!schema || typeof value !== 'object' || value === null) return [];
  const items = itemsOf(schema, (it) => it);
  if (Array.isArray(value)) return [...new Set(value.flatMap((it) => strange(items, it, `${at}[]`)))];
  const named = attributes(schema, (it) => it);
  // Names that are data, as those of regions, are not attributes.
  if ((schema as { patternProperties?: object }).patternProperties) return [];
  return Object.entries(value).flatMap(([name, below]) => {
    const path = at ? `${at}.${name}` : name;
    return named[name] ? strange(named[name], below, path) : [path];
  });
}

test('answers have no attribute that our own document does not name', () => {
  const examples = JSON.parse(readFileSync('src/reference/assets/examples.json', 'utf8')) as Record<string, unknown>;
  const found = mountedOperations().flatMap(({ id, versions }) =>
    Object.entries(versions).flatMap(([date, version]) =>
      strange(version!.reply as Schema | undefined, examples[`${id} ${date}`]).map((path) => `${id} ${date} ${path}`),
    ),
  );
  assert.deepEqual(found, []);
});
