import { join } from 'node:path';

export interface MemberSpec {
  name: string;
  /** Owned by the member alone; holds its data, lock and log. */
  dir: string;
  port: number;
  replSet: string;
  keyFile: string;
  mongod: string;
  cacheGB?: number;
  oplogMB?: number;
  maxConnections?: number;
  /**
   * Speaks TLS alone, with the certificate and key of one PEM file. Other servers must show a certificate of `caFile`;
   * clients, if they show one, one of `clientCaFile`.
   */
  tls?: { certificateFile: string; caFile: string; clientCaFile: string };
  /** Listens there beside the loopback address. */
  address?: string;
  /** Further options of the command line. */
  options?: readonly string[];
}

export const dbPath = (spec: Pick<MemberSpec, 'dir'>) => join(spec.dir, 'data');
export const logPath = (spec: Pick<MemberSpec, 'dir'>) => join(spec.dir, 'mongod.log');

/** A certificate may bear roles, and mongod grants them: an authority that a customer brought would make a root. */
export const NO_ROLES = ['--setParameter', 'tlsCATrusts=[]'];

/** How mongod is started for it, without the program itself. */
export function argumentsOf(spec: MemberSpec): string[] {
  const args = ['--dbpath', dbPath(spec), '--port', String(spec.port), '--replSet', spec.replSet];
  args.push('--bind_ip', ['127.0.0.1', ...(spec.address ? [spec.address] : [])].join(','), '--nounixsocket');
  args.push('--keyFile', spec.keyFile);
  args.push('--logpath', logPath(spec), '--logappend', '--setParameter', 'diagnosticDataCollectionEnabled=true');
  // A member that is told to end would wait a quarter of a minute for its clients, who find another one at once.
  args.push('--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100');
  if (spec.cacheGB) args.push('--wiredTigerCacheSizeGB', String(spec.cacheGB));
  if (spec.oplogMB) args.push('--oplogSize', String(spec.oplogMB));
  if (spec.maxConnections) args.push('--maxConns', String(spec.maxConnections));
  if (spec.tls) {
    args.push('--tlsMode', 'requireTLS', '--tlsCertificateKeyFile', spec.tls.certificateFile);
    args.push('--tlsCAFile', spec.tls.caFile, '--tlsClusterCAFile', spec.tls.clientCaFile);
    args.push('--tlsAllowConnectionsWithoutCertificates');
    args.push(...NO_ROLES);
  }
  return [...args, ...(spec.options ?? [])];
}
