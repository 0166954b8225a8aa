import Type, { type TProperties } from 'typebox';
import { sometimes } from '../../kernel/wire.ts';
import type { Job, JobSpec, MigrationLink } from './model.ts';

const closed = { additionalProperties: false };
const id = Type.String({ pattern: '^[a-f0-9]{24}$' });
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(it: T) =>
  Type.Optional(Type.Union([it, Type.Null()]));

export const LinkTokenRequest = Type.Object(
  { accessListIps: Type.Optional(Type.Array(Type.String(), { maxItems: 200 })) },
  closed,
);
export const LinkTokenReply = Type.Object({ linkToken: Type.String() });

const Source = Type.Object(
  {
    groupId: id,
    clusterName: Type.String({ minLength: 1 }),
    managedAuthentication: Type.Boolean(),
    ssl: Type.Boolean(),
    username: nullable(Type.String()),
    password: nullable(Type.String()),
    caCertificatePath: nullable(Type.String()),
  },
  closed,
);

const Destination = Type.Object(
  {
    groupId: id,
    clusterName: Type.String({ minLength: 1 }),
    // The Atlas CLI always sends an empty one.
    hostnameSchemaType: Type.Enum(['PUBLIC', 'PRIVATE_LINK', 'VPC_PEERING', '']),
    privateLinkId: nullable(Type.String()),
  },
  closed,
);

const Sharding = nullable(
  Type.Object({ createSupportingIndexes: Type.Boolean(), shardingEntries: Type.Array(Type.Unknown()) }, closed),
);

const request = (drop: TProperties) =>
  Type.Object(
    {
      source: Source,
      destination: Destination,
      migrationHosts: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 1 }),
      sharding: Sharding,
      ...drop,
      // The server's to say; clients that send back what they read include them.
      _id: Type.Optional(Type.Unknown()),
      links: Type.Optional(Type.Unknown()),
    },
    closed,
  );

export const Request20230101 = request({ dropEnabled: Type.Boolean() });
export const Request20240530 = request({ dropDestinationData: Type.Optional(Type.Boolean({ default: false })) });

interface RequestWire {
  source: JobSpec['source'] & { username?: string | null; password?: string | null; caCertificatePath?: string | null };
  destination: JobSpec['destination'];
  migrationHosts: string[];
  sharding?: { shardingEntries: unknown[] } | null;
  dropEnabled?: boolean;
  dropDestinationData?: boolean;
}

/** Empty texts stand for absent ones: the Atlas CLI sends every field it knows. */
export const readRequest = ({ source, destination, migrationHosts, sharding, ...drop }: RequestWire): JobSpec => ({
  source: {
    ...source,
    username: source.username || undefined,
    password: source.password || undefined,
    caCertificatePath: source.caCertificatePath || undefined,
  },
  destination: { ...destination, hostnameSchemaType: destination.hostnameSchemaType || 'PUBLIC' },
  migrationHost: migrationHosts[0]!,
  drop: drop.dropEnabled ?? drop.dropDestinationData ?? false,
  shards: (sharding?.shardingEntries.length ?? 0) > 0,
});

export const MigrationReply = Type.Object({
  _id: Type.String(),
  status: Type.String(),
  readyForCutover: Type.Boolean(),
  lagTimeSeconds: Type.Optional(Type.Integer()),
  migrationHosts: Type.Array(Type.String()),
});

/** A migration with what time says about it. */
export interface SeenMigration {
  job: Job;
  ready: boolean;
  lag?: number;
}

export const writeMigration = ({ job, ready, lag }: SeenMigration) => ({
  _id: job._id,
  status: job.status,
  readyForCutover: ready,
  lagTimeSeconds: lag,
  migrationHosts: [job.host],
});

export const ValidationReply = Type.Object({
  _id: Type.String(),
  groupId: Type.String(),
  sourceGroupId: Type.String(),
  status: Type.String(),
  errorMessage: Type.Optional(Type.String()),
});

export const writeValidation = (job: Job) => ({
  _id: job._id,
  groupId: job.groupId,
  sourceGroupId: job.sourceGroupId,
  status:
    job.status === 'COMPLETE' ? 'SUCCESS' : job.status === 'NEW' || job.status === 'WORKING' ? 'PENDING' : 'FAILED',
  errorMessage: job.errorMessage,
});

export const ProjectReply = Type.Object({
  projectId: Type.String(),
  name: Type.String(),
  migrationHosts: Type.Array(Type.String()),
  deployments: Type.Array(
    Type.Object({
      ...sometimes(Type.Integer(), 'dbSizeBytes', 'oplogSizeMB', 'shardsSize'),
      ...sometimes(Type.String(), 'agentVersion', 'clusterId'),
      name: Type.String(),
      mongoDBVersion: Type.String(),
      featureCompatibilityVersion: Type.String(),
      managed: Type.Boolean(),
      sharded: Type.Boolean(),
      tlsEnabled: Type.Boolean(),
    }),
  ),
});

/** A linked source project, with its host while its agent is there. */
export interface SeenProject {
  agent: NonNullable<MigrationLink['agent']>;
  connected: boolean;
}

export const writeProject = ({ agent, connected }: SeenProject) => ({
  projectId: agent.projectId,
  name: agent.projectName,
  migrationHosts: connected ? [agent.host] : [],
  deployments: agent.deployments.map((it) => ({
    clusterId: it.clusterId,
    name: it.name,
    agentVersion: agent.version,
    mongoDBVersion: it.version,
    featureCompatibilityVersion: it.fcv,
    dbSizeBytes: it.dbSizeBytes,
    oplogSizeMB: it.oplogSizeMB,
    managed: false,
    sharded: it.sharded,
    shardsSize: it.sharded ? undefined : 0,
    tlsEnabled: it.tls,
  })),
});
