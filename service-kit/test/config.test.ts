import { z } from 'zod';
import { ConfigError, httpUrl, readConfig, serviceConfig } from '../src/config.ts';

const needed = { PORT: '8080', DATABASE_URL: 'postgres://me@db:5432/mine' };
const schema = serviceConfig.extend({ otherServiceUrl: httpUrl.default('http://other') });

function messageOf(env: Record<string, string>): string {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

test('what is not given has a default', () => {
  expect(readConfig(schema, needed)).toEqual({
    port: 8080,
    databaseUrl: 'postgres://me@db:5432/mine',
    databaseConnections: 10,
    databasePooler: 'off',
    databaseTimeoutMs: 4_500,
    databaseStartTimeoutMs: 30_000,
    drainTimeoutMs: 6_000,
    logLevel: 'info',
    logFormat: 'auto',
    faults: 'off',
    otherServiceUrl: 'http://other',
  });
});

test('a key is read from the variable with its name in capitals', () => {
  const config = readConfig(schema, { ...needed, DRAIN_TIMEOUT_MS: '25', LOG_LEVEL: 'debug', drainTimeoutMs: '99' });
  expect(config).toMatchObject({ drainTimeoutMs: 25, logLevel: 'debug' });
});

test('an empty variable counts as absent', () => {
  expect(readConfig(schema, { ...needed, LOG_LEVEL: '', DRAIN_TIMEOUT_MS: '' })).toEqual(readConfig(schema, needed));
  expect(messageOf({ ...needed, DATABASE_URL: '' })).toBe('DATABASE_URL is missing');
});

test.each(Object.keys(needed))('%s missing is told by its name', (variable) => {
  expect(messageOf({ ...needed, [variable]: '' })).toBe(`${variable} is missing`);
});

test.each([
  ['PORT', '65536', 'must be a whole number from 0 to 65535'],
  ['PORT', '-1', 'must be a whole number from 0 to 65535'],
  ['PORT', '80.5', 'must be a whole number from 0 to 65535'],
  ['PORT', '8e1', 'must be a whole number from 0 to 65535'],
  ['PORT', '0x50', 'must be a whole number from 0 to 65535'],
  ['PORT', ' 80', 'must be a whole number from 0 to 65535'],
  ['PORT', '80\n', 'must be a whole number from 0 to 65535'],
  ['PORT', 'http', 'must be a whole number from 0 to 65535'],
  ['PORT', '9'.repeat(400), 'must be a whole number from 0 to 65535'],
  ['DATABASE_CONNECTIONS', '0', 'must be a whole number from 1 to 1000'],
  ['DRAIN_TIMEOUT_MS', '86400001', 'must be a whole number from 1 to 86400000'],
  ['DRAIN_TIMEOUT_MS', '6s', 'must be a whole number from 1 to 86400000'],
  ['DRAIN_TIMEOUT_MS', '0', 'must be a whole number from 1 to 86400000'],
  ['DATABASE_URL', 'db:5432', 'must be a postgres:// URL'],
  ['DATABASE_URL', 'mysql://db/mine', 'must be a postgres:// URL'],
  [
    'DATABASE_URL',
    'postgres://me:100%@db',
    'must be a postgres:// URL in which a % of a name or password is written as %25',
  ],
  [
    'MIGRATION_DATABASE_URL',
    'postgres://db?sslmode=on',
    'must have an sslmode of disable, require, verify-ca or verify-full',
  ],
  ...['pa/ss', 'pa?ss', 'pa#ss', '12/34', '@pa/ss'].map((password): [string, string, string] => [
    'DATABASE_URL',
    `postgres://me:${password}@db/mine`,
    'must be a postgres:// URL in which special characters of a name or password are percent-encoded',
  ]),
  ['DATABASE_POOLER', 'yes', 'must be on or off'],
  ['OTHER_SERVICE_URL', 'other:8001', 'must be an http:// or https:// URL'],
  ['OTHER_SERVICE_URL', 'ftp://other', 'must be an http:// or https:// URL'],
  ['LOG_LEVEL', 'loud', 'must be error, warn, info or debug'],
  ['LOG_FORMAT', 'xml', 'must be auto, json or pretty'],
])('%s=%j is refused in one line that names the variable', (variable, value, message) => {
  expect(messageOf({ ...needed, [variable]: value })).toBe(`${variable} ${message}`);
});

test('of several wrong values one is told', () => {
  expect(messageOf({ ...needed, PORT: 'x', LOG_LEVEL: 'x' })).toMatch(/^PORT must be [^\n]+$/);
});

test.each([
  ['http://other:8001', 'http://other:8001'],
  ['https://other/', 'https://other'],
  ['http://other/base//', 'http://other/base'],
])('the URL %s is read without trailing slashes', (given, read) => {
  expect(readConfig(z.object({ url: httpUrl }), { URL: given })).toEqual({ url: read });
});
