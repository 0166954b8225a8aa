import { ConnectionString } from 'mongodb-connection-string-url';

/** How a job wants its source reached. */
export interface SourceAccess {
  managedAuthentication: boolean;
  login?: { username: string; password: string };
  ssl: boolean;
  caCertificatePath?: string;
}

/**
 * The address the agent was started with, with the credentials the job calls for: the agent's own when it manages
 * authentication, the job's when it names a user, none otherwise.
 */
export function sourceUri(own: string, access: SourceAccess): string {
  const uri = new ConnectionString(own);
  if (!access.managedAuthentication) {
    uri.username = access.login ? encodeURIComponent(access.login.username) : '';
    uri.password = access.login ? encodeURIComponent(access.login.password) : '';
    if (access.login) {
      if (!uri.searchParams.has('authSource')) uri.searchParams.set('authSource', 'admin');
    } else for (const name of ['authSource', 'authMechanism']) uri.searchParams.delete(name);
  }
  if (access.ssl) uri.searchParams.set('tls', 'true');
  if (access.caCertificatePath) {
    uri.searchParams.set('tls', 'true');
    uri.searchParams.set('tlsCAFile', access.caCertificatePath);
  }
  return uri.toString();
}

/** Whether the text is a connection string at all; the reason when not. */
export function uriProblem(text: string): string | undefined {
  try {
    new ConnectionString(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
