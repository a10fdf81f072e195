import { readFileSync } from 'node:fs';
import type { ConnectionOptions as TlsOptions } from 'node:tls';

/** Where a database is, and who asks for it. What the URL leaves out is undefined. */
export interface DatabaseAddress {
  /** Tried in turn. A host that begins with a slash is the folder of a Unix socket. */
  hosts: { host: string; port: number }[];
  user: string | undefined;
  password: string | undefined;
  database: string | undefined;
  /** Undefined where the connection is not to be encrypted. */
  tls: TlsOptions | undefined;
  /** Settings of the session that the URL asks for, such as `application_name`. */
  settings: Record<string, string>;
}

const urlShape =
  /^postgres(?:ql)?:\/\/(?:(?<userInfo>[^/?#]*)@)?(?<hosts>[^/?#@]+)(?:\/(?<database>[^?#]*))?(?:\?(?<query>[^#]*))?$/;
/** What libpq takes in a URL and does not send to Postgres as a setting of the session. */
const libpqSettings =
  /^(channel_binding|connect_timeout|dbname|gssencmode|host(addr)?|keepalives|krbsrvname|load_balance_hosts|pass(file|word)|port|require_auth|service|ssl(cert|crl|key|negotiation|password)?|target_session_attrs|user)$/;
const hostShape = /^(?<host>\[[\da-f:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/i;

/**
 * Reads `postgres://user:password@host:port,host:port/database?sslmode=…&sslrootcert=…`, all but the host optional.
 * `sslmode` is `disable` (the default), `require` (encrypted, to whoever answers), `verify-ca` or `verify-full`;
 * `sslrootcert` is the file of the authorities to trust instead of the usual ones.
 * @throws Error with a message that begins with `must`, fit to follow the name of the variable
 */
export function readDatabaseUrl(url: string): DatabaseAddress {
  const { userInfo = '', hosts = '', database = '', query } = urlShape.exec(url)?.groups ?? {};
  if (!hosts) throw new Error('must be a postgres:// URL');
  if (database.includes('@')) throw new Error('must be a postgres:// URL in which a / of a password is written as %2F');
  const [user = '', ...password] = userInfo.split(':');
  const { sslmode, sslrootcert, ...settings } = Object.fromEntries(new URLSearchParams(query));
  const foreign = Object.keys(settings).find((name) => libpqSettings.test(name));
  if (foreign) throw new Error(`must do without ${foreign}, which is for other programs`);
  return {
    hosts: hosts.split(',').map(readHost),
    user: decode(user) || undefined,
    password: decode(password.join(':')) || undefined,
    database: decode(database) || undefined,
    tls: readTls(sslmode, sslrootcert),
    settings,
  };
}

function readHost(text: string): { host: string; port: number } {
  const { host, port = '5432' } = hostShape.exec(text)?.groups ?? {};
  // Not with the text: it may be part of a password with a slash in it.
  if (!host || Number(port) > 65_535) throw new Error('must be a postgres:// URL with hosts such as db:5432');
  return { host: decode(host.replace(/^\[|\]$/g, '')), port: Number(port) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('must be a postgres:// URL in which a % of a name or password is written as %25');
  }
}

function readTls(mode = 'disable', authorities: string | undefined): TlsOptions | undefined {
  const ca = authorities && { ca: readAuthorities(authorities) };
  switch (mode) {
    case 'disable':
      return undefined;
    case 'require':
      if (ca) throw new Error('must have an sslmode of verify-ca or verify-full to go with its sslrootcert');
      return { rejectUnauthorized: false };
    case 'verify-ca':
      return { ...ca, checkServerIdentity: () => undefined };
    case 'verify-full':
      return { ...ca };
    default:
      throw new Error('must have an sslmode of disable, require, verify-ca or verify-full');
  }
}

function readAuthorities(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`must name an sslrootcert that can be read: ${(error as Error).message}`);
  }
}
