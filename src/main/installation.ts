import type { Clock } from '../base/clock.ts';
import type { Vault } from '../base/secrets.ts';
import type { State } from '../base/state.ts';

/** What the first owner got. Sealed at rest, so that `telamon env` can print it again to whoever holds the data. */
export interface FirstOwner {
  orgId: string;
  publicKey: string;
  privateKey: string;
  clientId: string;
  clientSecret: string;
}

interface InstallationDocument {
  _id: 'first-owner';
  sealed: string;
  created: Date;
}

/** Reads the first owner, or makes one; `isNew` says which. */
export async function firstOwner(
  state: State,
  vault: Vault,
  clock: Clock,
  make: () => Promise<FirstOwner>,
): Promise<{ owner: FirstOwner; isNew: boolean }> {
  const installation = state.db.collection<InstallationDocument>('installation');
  const known = await installation.findOne({ _id: 'first-owner' });
  if (known) return { owner: JSON.parse(vault.open(known.sealed, 'first-owner')), isNew: false };
  const owner = await make();
  await installation.insertOne({
    _id: 'first-owner',
    sealed: vault.seal(JSON.stringify(owner), 'first-owner'),
    created: clock.now(),
  });
  return { owner, isNew: true };
}

/** Lines that point Atlas's own tools at this server. */
export function environmentLines(url: string, owner: FirstOwner): string {
  return [
    `export MONGODB_ATLAS_OPS_MANAGER_URL=${url}/`,
    `export MONGODB_ATLAS_BASE_URL=${url}`,
    `export MONGODB_ATLAS_ORG_ID=${owner.orgId}`,
    `export MONGODB_ATLAS_PUBLIC_API_KEY=${owner.publicKey}`,
    `export MONGODB_ATLAS_PRIVATE_API_KEY=${owner.privateKey}`,
    `export MONGODB_ATLAS_PUBLIC_KEY=${owner.publicKey}`,
    `export MONGODB_ATLAS_PRIVATE_KEY=${owner.privateKey}`,
    `# or, with a service account instead of the key:`,
    `# export MONGODB_ATLAS_CLIENT_ID=${owner.clientId}`,
    `# export MONGODB_ATLAS_CLIENT_SECRET=${owner.clientSecret}`,
  ].join('\n');
}
