import postgres, { type Sql } from 'postgres';
import { freshDatabase } from 'stack/fresh-database';
import supertest from 'supertest';
import type { Service } from '../src/service-program.ts';

export interface HttpService {
  url: string;
  /** Requests over the network, as any client sends them. */
  http: ReturnType<typeof supertest>;
  databaseUrl: string;
  /** For a look into its database. */
  sql: Sql;
  close(): Promise<void>;
}

/**
 * A real service on a free port and a fresh database.
 * @param start starts it from the environment
 * @param reachDatabase gives the URL at which the service, but not `sql`, finds the database of that URL
 */
export async function startHttpService(
  start: (env: Record<string, string>) => Promise<Service>,
  reachDatabase = async (url: string) => url,
): Promise<HttpService> {
  const databaseUrl = await freshDatabase();
  const reached = await reachDatabase(databaseUrl);
  const service = await start({ PORT: '0', DATABASE_URL: reached, LOG_LEVEL: 'error', LOG_FORMAT: 'json' });
  const sql = postgres(databaseUrl, { max: 1 });
  return {
    url: service.url,
    databaseUrl,
    http: supertest(service.url),
    sql,
    close: async () => void (await Promise.all([service.close(), sql.end()])),
  };
}
