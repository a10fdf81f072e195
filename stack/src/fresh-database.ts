import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

/** Makes an empty database on the tests' Postgres and returns its URL. The server is thrown away after the run. */
export async function freshDatabase(): Promise<string> {
  const server = process.env['TEST_POSTGRES_URL'];
  if (!server) throw new Error('TEST_POSTGRES_URL is not set: run this with jest, whose setup starts Postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = postgres(server, { max: 1 });
  await client`CREATE DATABASE ${client(name)}`;
  await client.end();
  return server.replace(/\/postgres$/, `/${name}`);
}
