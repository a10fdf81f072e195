import { chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { makeFolder, postgresUser, workFolder } from './postgres-programs.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

declare global {
  var testPostgres: { folder: string; server: PostgresServer };
}

/**
 * One Postgres for all test files. It takes connections with and without TLS; each file makes databases of its own on it
 * with `freshDatabase`. TEST_POSTGRES_CA names its certificate, which is for `localhost` and signed by itself.
 */
export default async function startTestPostgres(): Promise<void> {
  const folder = mkdtempSync(join(workFolder(), 'test-'));
  const { certificate, settings } = await makeCertificate(folder);
  const server = await startPostgres(folder, { durable: false, settings });
  process.env['TEST_POSTGRES_URL'] = server.url('postgres');
  process.env['TEST_POSTGRES_CA'] = certificate;
  globalThis.testPostgres = { folder, server };
}

async function makeCertificate(folder: string) {
  makeFolder(folder);
  const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const write = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    const { uid, gid } = postgresUser;
    if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
    return file;
  };
  const [certificate, key] = [write('server.crt', pair.cert), write('server.key', pair.private)];
  return { certificate, settings: { ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key } };
}
