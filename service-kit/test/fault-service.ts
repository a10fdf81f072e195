import { freshDatabase } from 'stack/fresh-database';
import { waitUntil } from 'stack/wait-until';
import supertest, { type Response } from 'supertest';
import type { Service } from '../src/service-program.ts';

/** An operation that can fail on purpose, and how to see whether it was applied. */
export interface FaultyOperation {
  name: string;
  path: string;
  /** Where several are asked for in one request. */
  batchPath: string;
  body(sagaId: string): object;
  /** The path of the saga's row. */
  row(sagaId: string): string;
  /** The status of the row before and after; undefined where there is none. */
  before: string | undefined;
  after: string;
  /** What comes before it. */
  prior?: FaultyOperation;
}

export type Start = (env: Record<string, string>) => Promise<Service>;

/** The configuration of services that share a fresh database. */
export async function faultEnv(): Promise<Record<string, string>> {
  const databaseUrl = await freshDatabase();
  return { PORT: '0', DATABASE_URL: databaseUrl, LOG_LEVEL: 'error', LOG_FORMAT: 'json', FAULTS: 'on' };
}

export type FaultClient = ReturnType<typeof createFaultClient>;

/** Calls operations of the service at `url` and sets its switches. */
export function createFaultClient(url: string) {
  const http = supertest(url);
  const call = ({ path, body }: FaultyOperation, sagaId: string) => http.post(path).send(body(sagaId));
  const client = {
    http,
    call,
    /** The operation for each of the sagas, in one request. */
    callAll: ({ path, batchPath, body }: FaultyOperation, sagaIds: string[]) =>
      http.post(batchPath).send({ requests: sagaIds.map((sagaId) => ({ url: path, body: body(sagaId) })) }),
    /** Sets the switch of the operation. */
    set: ({ name }: FaultyOperation, body: object) => http.put(`/faults/${name}`).send(body).expect(200),
    /** What the switches are, as `GET /faults` lists them. */
    async list(): Promise<unknown[]> {
      return (await http.get('/faults').expect(200)).body.items;
    },
    /** Brings a saga to where the operation is next. */
    async prepare({ prior }: FaultyOperation, sagaId: string): Promise<void> {
      if (prior) await call(prior, sagaId).expect(200);
    },
    /** The status of the saga's row; undefined if there is none. */
    async status({ row }: FaultyOperation, sagaId: string): Promise<string | undefined> {
      const response: Response = await http.get(row(sagaId));
      return response.status === 404 ? undefined : response.body.status;
    },
    async waitForStatus(operation: FaultyOperation, sagaId: string, status: string): Promise<void> {
      await waitUntil(`${status}`, async () => (await client.status(operation, sagaId)) === status);
    },
  };
  return client;
}
