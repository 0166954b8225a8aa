// Projects whose clusters speak TLS alone, and clients that log in to them by a certificate.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';
import { openAuthority } from './authority.ts';
import type { Harness, TestHouse } from './house.ts';
import { newCluster, newProject } from './places.ts';
import { until } from './wait.ts';

export interface TlsPlace {
  house: TestHouse;
  groupId: string;
  group: string;
  uri: string;
}

export const roles = [{ roleName: 'readWriteAnyDatabase', databaseName: 'admin' }];

/** What the tests of a file share: made at its first use. */
export function tlsPlaces(shelf: Harness) {
  const shared = new Map<string, Promise<TlsPlace>>();
  let house: Promise<TestHouse> | undefined;
  let files = 0;

  const open = async () => {
    const { data } = shelf;
    const authority = await openAuthority(data.file('ca.pem'), data.file('ca.key'), data.vault);
    return shelf.open({ running: true, clusterSettings: { authority } });
  };
  const make = async (name: string): Promise<TlsPlace> => {
    house ??= open();
    const groupId = await newProject(await house, name);
    const { connectionStrings } = await newCluster(await house, groupId, 'c');
    return { house: await house, groupId, group: `/groups/${groupId}`, uri: connectionStrings.standard };
  };
  /** The project of this name, with a cluster that is called c. */
  function place(name: string): Promise<TlsPlace> {
    const it = shared.get(name) ?? make(name);
    shared.set(name, it);
    return it;
  }

  /** A client that shows this certificate, and says nothing else of who it is. */
  function clientWith({ uri }: TlsPlace, pem: string): MongoClient {
    const tlsCertificateKeyFile = shelf.data.file(`${++files}.pem`);
    writeFileSync(tlsCertificateKeyFile, pem);
    return new MongoClient(uri, {
      authMechanism: 'MONGODB-X509',
      authSource: '$external',
      tlsCAFile: shelf.data.file('ca.pem'),
      tlsCertificateKeyFile,
      serverSelectionTimeoutMS: 3_000,
    });
  }

  /** Who mongod takes the owner of this certificate for; undefined when it does not let it in. */
  async function loginOf(at: TlsPlace, pem: string): Promise<string | undefined> {
    const client = clientWith(at, pem);
    try {
      const { authInfo } = await client.db('admin').command({ connectionStatus: 1 });
      await client.db('x').collection('c').insertOne({});
      return authInfo.authenticatedUsers[0].user;
    } catch (error) {
      assert.match(String(error), /Authentication failed|Could not find user|^MongoServerSelectionError/);
      return undefined;
    } finally {
      await client.close();
    }
  }

  return { place, clientWith, loginOf };
}

export async function settled({ house, group }: TlsPlace): Promise<void> {
  const state = async () => (await house.api('GET', `${group}/clusters/c`)).body.stateName;
  await until(state, (it) => it === 'IDLE');
}

export async function newUser(at: TlsPlace, username: string, x509Type: 'MANAGED' | 'CUSTOMER'): Promise<void> {
  const body = { databaseName: '$external', username, x509Type, roles };
  const made = await at.house.api('POST', `${at.group}/databaseUsers`, body);
  assert.equal(made.status, 201, JSON.stringify(made.body));
}

export const certsOf = ({ group }: TlsPlace, username: string) =>
  `${group}/databaseUsers/${encodeURIComponent(username)}/certs`;

/** Certificate and key of a managed user, once its clusters know of them. */
export async function certificateFor(at: TlsPlace, username: string): Promise<string> {
  const { status, body } = await at.house.api('POST', certsOf(at, username), { monthsUntilExpiration: 1 });
  assert.equal(status, 201, JSON.stringify(body));
  await settled(at);
  return body;
}
