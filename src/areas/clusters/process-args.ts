/** What a caller may want of the processes of a cluster, by Atlas's names; null and absent are the same: mongod's own. */
export interface ProcessArgs {
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds?: number;
  chunkMigrationConcurrency?: number;
  customOpensslCipherConfigTls12?: string[];
  customOpensslCipherConfigTls13?: string[];
  defaultMaxTimeMS?: number;
  defaultReadConcern?: string;
  defaultWriteConcern?: string;
  failIndexKeyTooLong?: boolean;
  javascriptEnabled?: boolean;
  minimumEnabledTlsProtocol?: string;
  noTableScan?: boolean;
  oplogMinRetentionHours?: number;
  oplogSizeMB?: number;
  queryStatsLogVerbosity?: number;
  sampleRefreshIntervalBIConnector?: number;
  sampleSizeBIConnector?: number;
  tlsCipherConfigMode?: string;
  transactionLifetimeLimitSeconds?: number;
}

export const advancedConfigurationOf = (args: ProcessArgs) => ({
  customOpensslCipherConfigTls12: args.customOpensslCipherConfigTls12 ?? [],
  customOpensslCipherConfigTls13: args.customOpensslCipherConfigTls13 ?? [],
  minimumEnabledTlsProtocol: args.minimumEnabledTlsProtocol ?? 'TLS1_2',
  tlsCipherConfigMode: args.tlsCipherConfigMode ?? 'DEFAULT',
});

/** Options of the command line, which only a restart changes. */
export function startOptions(args: ProcessArgs, tls = false): string[] {
  return [
    ...(args.javascriptEnabled === false ? ['--noscripting'] : []),
    ...(tls ? ['--tlsDisabledProtocols', disabledProtocols(args.minimumEnabledTlsProtocol ?? 'TLS1_2')] : []),
  ];
}

const protocols = ['TLS1_0', 'TLS1_1', 'TLS1_2', 'TLS1_3'];

/** Everything below the least that is allowed. OpenSSL 3 has none below 1.2 in any case. */
const disabledProtocols = (least: string): string =>
  protocols.slice(0, Math.max(2, protocols.indexOf(least))).join(',');

/** Parameters of a running mongod. Always given in full, so that one that is no longer wanted returns to its default. */
export const runtimeParameters = (args: ProcessArgs): Record<string, unknown> => ({
  notablescan: args.noTableScan ?? false,
  transactionLifetimeLimitSeconds: args.transactionLifetimeLimitSeconds ?? 60,
});

/** Why these cannot be had from a mongod of this version, naming the attribute; undefined when they can. */
export function wrongArgs(args: ProcessArgs, version: string): string | undefined {
  const major = Number(version.split('.')[0]);
  const none = (name: keyof ProcessArgs, because: string) => `${name} ${args[name]} is not available: ${because}`;
  if (args.defaultMaxTimeMS !== undefined && major < 8)
    return none('defaultMaxTimeMS', `it needs MongoDB 8.0, and this server runs ${version}`);
  if (args.queryStatsLogVerbosity !== undefined && major < 8)
    return none('queryStatsLogVerbosity', `it needs MongoDB 8.0, and this server runs ${version}`);
  if (args.chunkMigrationConcurrency !== undefined)
    return none('chunkMigrationConcurrency', 'this cluster is a replica set');
  if (args.failIndexKeyTooLong) return none('failIndexKeyTooLong', 'no mongod since 4.2 has it');
  for (const name of ['sampleRefreshIntervalBIConnector', 'sampleSizeBIConnector'] as const)
    if (args[name]) return none(name, 'this server has no BI Connector');
  const { defaultWriteConcern: w, oplogSizeMB, oplogMinRetentionHours } = args;
  if (w !== undefined && w !== 'majority' && !/^[1-9]\d?$/.test(w))
    return `defaultWriteConcern must be majority or a number above 0, not ${w}`;
  if (oplogSizeMB !== undefined && oplogSizeMB < 990) return 'oplogSizeMB must be at least 990';
  if (oplogMinRetentionHours !== undefined && oplogMinRetentionHours < 0)
    return 'oplogMinRetentionHours must not be negative';
  return undefined;
}
