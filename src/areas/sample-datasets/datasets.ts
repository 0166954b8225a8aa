import { type Document, type IndexSpecification, ObjectId } from 'mongodb';

// Data of our own making under the names that tutorials know: the shapes of their documents, none of their contents.

/** A sequence that is the same at every load. */
function sequence(seed: number) {
  let state = seed;
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    int: (low: number, high: number) => low + Math.floor(next() * (high - low + 1)),
    of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
    some: <T>(list: readonly T[], most: number): T[] => list.filter(() => next() * list.length < most).slice(0, most),
    real: (low: number, high: number, digits = 1) => Number((low + next() * (high - low)).toFixed(digits)),
  };
}
type Sequence = ReturnType<typeof sequence>;

const first = [
  'Ada',
  'Aiko',
  'Amir',
  'Bela',
  'Chen',
  'Dora',
  'Emil',
  'Fatma',
  'Goro',
  'Hana',
  'Ivo',
  'Jun',
  'Kira',
  'Leo',
];
const last = [
  'Abe',
  'Berg',
  'Costa',
  'Dahl',
  'Endo',
  'Fuchs',
  'Gallo',
  'Horn',
  'Ito',
  'Jansen',
  'Kato',
  'Lind',
  'Mori',
];
const cities = [
  'Kyoto',
  'Lisbon',
  'Graz',
  'Turku',
  'Accra',
  'Quito',
  'Cork',
  'Perth',
  'Oslo',
  'Nara',
  'Split',
  'Bergen',
];
const nouns = ['River', 'Lantern', 'Harbour', 'Orchard', 'Signal', 'Bridge', 'Winter', 'Garden', 'Mountain', 'Letter'];
const moods = ['Silent', 'Golden', 'Distant', 'Broken', 'Second', 'Hidden', 'Paper', 'Electric', 'Northern', 'Last'];
const genres = ['Drama', 'Comedy', 'Adventure', 'Documentary', 'Mystery', 'Romance', 'Animation', 'History'];

const person = (it: Sequence) => `${it.of(first)} ${it.of(last)}`;
const mail = (name: string, n: number) => `${name.toLowerCase().replace(' ', '.')}${n}@example.com`;
const day = (it: Sequence, from = 2010, to = 2024) =>
  new Date(Date.UTC(it.int(from, to), it.int(0, 11), it.int(1, 28)));
const point = (it: Sequence) => ({ type: 'Point', coordinates: [it.real(-180, 180, 5), it.real(-85, 85, 5)] });

const idOf = (seed: number, n: number): ObjectId =>
  new ObjectId(`7e1a0000${seed.toString(16).padStart(8, '0')}${n.toString(16).padStart(8, '0')}`);

export interface SampleCollection {
  name: string;
  count: number;
  indexes?: readonly IndexSpecification[];
  make(it: Sequence, n: number): Document;
}

export interface SampleDatabase {
  name: string;
  collections: readonly SampleCollection[];
}

export const sampleDatabases: readonly SampleDatabase[] = [
  {
    name: 'sample_mflix',
    collections: [
      {
        name: 'movies',
        count: 3_000,
        indexes: [{ title: 'text', plot: 'text' }, { year: 1 }],
        make: (it, n) => ({
          title: `The ${it.of(moods)} ${it.of(nouns)}`,
          year: it.int(1930, 2024),
          runtime: it.int(62, 190),
          genres: [it.of(genres), ...it.some(genres, 2)].filter((genre, at, all) => all.indexOf(genre) === at),
          plot: `In ${it.of(cities)}, ${person(it)} finds a ${it.of(nouns).toLowerCase()} that changes everything.`,
          cast: Array.from({ length: it.int(2, 5) }, () => person(it)),
          directors: [person(it)],
          countries: [it.of(['Japan', 'Portugal', 'Ghana', 'Ireland', 'Ecuador', 'Finland'])],
          languages: [it.of(['Japanese', 'Portuguese', 'English', 'Spanish', 'Finnish'])],
          released: day(it, 1930, 2024),
          imdb: { rating: it.real(2, 9.5), votes: it.int(20, 900_000), id: n },
          awards: { wins: it.int(0, 12), nominations: it.int(0, 20) },
          type: 'movie',
        }),
      },
      {
        name: 'comments',
        count: 4_000,
        indexes: [{ email: 1 }],
        make: (it, n) => {
          const name = person(it);
          return { name, email: mail(name, n % 200), text: `A ${it.of(moods).toLowerCase()} story.`, date: day(it) };
        },
      },
      {
        name: 'users',
        count: 200,
        indexes: [{ email: 1 }],
        make: (it, n) => {
          const name = person(it);
          return { name, email: mail(name, n) };
        },
      },
      {
        name: 'theaters',
        count: 300,
        indexes: [{ 'location.geo': '2dsphere' }],
        make: (it, n) => ({
          theaterId: 1_000 + n,
          location: {
            address: { street1: `${it.int(1, 400)} ${it.of(nouns)} Street`, city: it.of(cities) },
            geo: point(it),
          },
        }),
      },
    ],
  },
  {
    name: 'sample_analytics',
    collections: [
      {
        name: 'accounts',
        count: 1_000,
        indexes: [{ account_id: 1 }],
        make: (it, n) => ({
          account_id: 100_000 + n,
          limit: it.of([7_000, 9_000, 10_000]),
          products: it.some(['Derivatives', 'InvestmentStock', 'Brokerage', 'Commodity', 'CurrencyService'], 3),
        }),
      },
      {
        name: 'customers',
        count: 400,
        indexes: [{ username: 1 }],
        make: (it, n) => {
          const name = person(it);
          const accounts = Array.from({ length: it.int(1, 4) }, () => 100_000 + it.int(0, 999));
          return { username: `user${n}`, name, email: mail(name, n), birthdate: day(it, 1950, 2003), accounts };
        },
      },
      {
        name: 'transactions',
        count: 1_000,
        indexes: [{ account_id: 1 }],
        make: (it, n) => {
          const transactions = Array.from({ length: it.int(2, 20) }, () => ({
            date: day(it),
            amount: it.int(1, 10_000),
            transaction_code: it.of(['buy', 'sell']),
            symbol: it.of(['aaa', 'bbb', 'ccc', 'ddd']),
            price: it.real(1, 900, 2),
          }));
          return { account_id: 100_000 + n, transaction_count: transactions.length, transactions };
        },
      },
    ],
  },
  {
    name: 'sample_supplies',
    collections: [
      {
        name: 'sales',
        count: 3_000,
        indexes: [{ storeLocation: 1, saleDate: -1 }],
        make: (it, n) => ({
          saleDate: day(it),
          items: Array.from({ length: it.int(1, 6) }, () => ({
            name: it.of(['notepad', 'pens', 'envelopes', 'binder', 'backpack', 'laptop']),
            price: it.real(1, 1_500, 2),
            quantity: it.int(1, 10),
          })),
          storeLocation: it.of(cities),
          customer: {
            gender: it.of(['F', 'M']),
            age: it.int(16, 80),
            email: mail(person(it), n),
            satisfaction: it.int(1, 5),
          },
          couponUsed: it.of([true, false]),
          purchaseMethod: it.of(['Online', 'In store', 'Phone']),
        }),
      },
    ],
  },
  {
    name: 'sample_restaurants',
    collections: [
      {
        name: 'restaurants',
        count: 2_000,
        indexes: [{ 'address.coord': '2dsphere' }, { cuisine: 1 }],
        make: (it, n) => ({
          name: `${it.of(moods)} ${it.of(nouns)}`,
          restaurant_id: String(30_000_000 + n),
          cuisine: it.of(['Japanese', 'Austrian', 'Portuguese', 'Ghanaian', 'Ecuadorian', 'Vegetarian']),
          borough: it.of(['North', 'South', 'East', 'West', 'Harbour']),
          address: { street: `${it.of(nouns)} Street`, building: String(it.int(1, 900)), coord: point(it).coordinates },
          grades: Array.from({ length: it.int(1, 5) }, () => ({
            date: day(it),
            grade: it.of(['A', 'B', 'C']),
            score: it.int(0, 30),
          })),
        }),
      },
    ],
  },
];

/** The documents of a collection, their ids included, the same at every load. */
export function* documentsOf({ count, make }: SampleCollection, seed: number): Generator<Document> {
  const it = sequence(seed);
  for (let n = 0; n < count; n++) yield { _id: idOf(seed, n), ...make(it, n) };
}
