import Type from 'typebox';
import type { Clock } from '../base/clock.ts';
import type { Vault } from '../base/secrets.ts';
import { type State, type Tx, transact } from '../base/state.ts';
import { operation } from '../kernel/operation.ts';

/** What the first owner got. Sealed at rest, so that `telamon env` can print it again to whoever holds the data. */
export interface FirstOwner {
  orgId: string;
  publicKey: string;
  privateKey: string;
  clientId: string;
  clientSecret: string;
  /** The person, who signs in with `atlas auth login`; absent in installations from before there were any. */
  username?: string;
  password?: string;
}

const FIRST = 'first-owner';

interface InstallationDocument {
  _id: typeof FIRST;
  sealed: string;
  created: Date;
}

/** Reads the first owner, or makes one together with the note of it; `isNew` says which. */
export async function firstOwner(
  state: State,
  vault: Vault,
  clock: Clock,
  make: (tx: Tx) => Promise<FirstOwner>,
): Promise<{ owner: FirstOwner; isNew: boolean }> {
  const known = await readOwner(state, vault);
  if (known) return { owner: known, isNew: false };
  const owner = await transact(state, async (tx) => {
    const made = await make(tx);
    const sealed = vault.seal(JSON.stringify(made), FIRST);
    await installationOf(state).insertOne({ _id: FIRST, sealed, created: clock.now() }, { session: tx });
    return made;
  });
  return { owner, isNew: true };
}

const installationOf = (state: State) => state.db.collection<InstallationDocument>('installation');

async function readOwner(state: State, vault: Vault): Promise<FirstOwner | undefined> {
  const known = await installationOf(state).findOne({ _id: FIRST });
  return known ? JSON.parse(vault.open(known.sealed, FIRST)) : undefined;
}

/** For `telamon env`: the operator, who holds the master key anyway, reads the first owner again. */
export const getFirstOwner = operation<{ state: State; vault: Vault }, unknown, FirstOwner, 'RESOURCE_NOT_FOUND'>({
  id: 'getFirstOwner',
  surface: 'telamon',
  route: 'GET /operator/firstOwner',
  inside: 'operator',
  roles: [],
  fails: ['RESOURCE_NOT_FOUND'],
  versions: { '2023-01-01': { reply: Type.Object({ orgId: Type.String() }), status: 200 } },
  async run({ fail }, { state, vault }) {
    const owner = await readOwner(state, vault);
    if (!owner) throw fail('RESOURCE_NOT_FOUND', 'first owner');
    return owner;
  },
});

export const installationOperations = [getFirstOwner];

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
    ...(owner.username ? [`# or, as a person by atlas auth login: ${owner.username} with ${owner.password}`] : []),
  ].join('\n');
}
