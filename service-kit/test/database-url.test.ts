import { freshDatabase } from 'stack/fresh-database';
import { openDatabase } from '../src/database.ts';
import { readDatabaseUrl } from '../src/database-url.ts';

const hostsOf = (url: string) => readDatabaseUrl(url).hosts.map(({ host, port }) => [host, port]);

test.each([
  ['postgres://db/mine', [['db', 5432]]],
  ['postgresql://me:secret@db:6000/mine', [['db', 6000]]],
  ['postgres://me@[::1]:6000/mine', [['::1', 6000]]],
  ['postgres://me@[fe80::1]/mine', [['fe80::1', 5432]]],
  [
    'postgres://one:1,two,[::1]:3/mine',
    [
      ['one', 1],
      ['two', 5432],
      ['::1', 3],
    ],
  ],
  ['postgres://me@%2Fvar%2Frun%2Fpostgresql/mine', [['/var/run/postgresql', 5432]]],
])('%s is read with its hosts', (url, hosts) => {
  expect(hostsOf(url)).toEqual(hosts);
});

test('user, password and database are decoded, and what is left out is undefined', () => {
  const full = readDatabaseUrl('postgres://m%40e:s%25e:c@ret@db/m%20ine?application_name=x%20y');
  expect(full).toMatchObject({
    user: 'm@e',
    password: 's%e:c@ret',
    database: 'm ine',
    settings: { application_name: 'x y' },
  });
  expect(readDatabaseUrl('postgres://db')).toMatchObject({ user: undefined, password: undefined, database: undefined });
});

test.each([
  ['postgres://me:100%@db/mine', 'must be a postgres:// URL in which a % of a name or password is written as %25'],
  ['postgres://one:1,two:99999/mine', 'must be a postgres:// URL with hosts such as db:5432'],
  ['postgres://one,,two/mine', 'must be a postgres:// URL with hosts such as db:5432'],
  ['postgres://[::1/mine', 'must be a postgres:// URL with hosts such as db:5432'],
  ['postgres:///mine', 'must be a postgres:// URL'],
  ['postgres://me:hunter2/x@db/mine', 'must be a postgres:// URL in which a / of a password is written as %2F'],
  ['postgres://me:123/x@db/mine', 'must be a postgres:// URL in which a / of a password is written as %2F'],
  ['postgres://db/mine?connect_timeout=3', 'must do without connect_timeout, which is for other programs'],
  ['postgres://db/mine?sslmode=prefer', 'must have an sslmode of disable, require, verify-ca or verify-full'],
])('%s is refused', (url, message) => {
  expect(() => readDatabaseUrl(url)).toThrow(message);
});

test('an sslrootcert that nothing is checked with is refused', () => {
  const url = `postgres://db/mine?sslmode=require&sslrootcert=${process.env['TEST_POSTGRES_CA']}`;
  expect(() => readDatabaseUrl(url)).toThrow(
    'must have an sslmode of verify-ca or verify-full to go with its sslrootcert',
  );
});

test('an sslrootcert that cannot be read is refused by its name', () => {
  expect(() => readDatabaseUrl('postgres://db/mine?sslmode=verify-full&sslrootcert=/no/such/file')).toThrow(
    /^must name an sslrootcert that can be read: .*\/no\/such\/file/,
  );
});

describe('TLS', () => {
  const authorities = () => process.env['TEST_POSTGRES_CA'] ?? '';
  const outcomeOf = async (host: string, query: string) => {
    const url = new URL((await freshDatabase()) + query);
    url.hostname = host;
    const database = openDatabase(url.href, 1, { timeoutMs: 1_000 });
    const outcome = await database.check().then(
      () => 'connected',
      (error) => error.code,
    );
    await database.close();
    return outcome;
  };

  test.each([
    ['require', 'localhost', 'connected'],
    ['require', '127.0.0.1', 'connected'],
    ['verify-ca', '127.0.0.1', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['verify-full', 'localhost', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('sslmode=%s without the authority, to %s: %s', async (mode, host, outcome) => {
    expect(await outcomeOf(host, `?sslmode=${mode}`)).toBe(outcome);
  });

  test.each([
    ['verify-ca', '127.0.0.1', 'connected'],
    ['verify-full', 'localhost', 'connected'],
    ['verify-full', '127.0.0.1', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('sslmode=%s with the authority, to %s: %s', async (mode, host, outcome) => {
    expect(await outcomeOf(host, `?sslmode=${mode}&sslrootcert=${authorities()}`)).toBe(outcome);
  });
});
