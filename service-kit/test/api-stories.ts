import type { Sql } from 'postgres';
import { waitUntil } from 'stack/wait-until';
import type { ApiClient, ApiRequest } from './api-client.ts';
import type { ApiCall } from './api-document.ts';
import type { PostgresForwarder } from './postgres-forwarder.ts';

// How to make any service give the answers that its document promises of any call.

/** Asks for what every service answers from memory, in every media type. */
export async function readDocuments({ call }: ApiClient): Promise<void> {
  await call('getHealth', 200);
  await call('getReadiness', 200);
  await call('getMetrics', 200);
  await call('getApiDocument', 200);
  await call('getDocs', 200);
  await call('getProblemType', 200);
  await call('getProblemType', 200, { headers: { accept: 'text/html' } });
  await call('getProblemType', 404, { params: { name: 'none' } });
}

/** Switches a fault on, sees it listed, and off again. */
export async function turnFaults({ call }: ApiClient): Promise<void> {
  await call('setFault', 200);
  await call('listFaults', 200);
  await call('clearFaults', 204);
}

/** Makes an operation of a participant fail in each of the ways that are answered. */
export async function failOnPurpose({ call }: ApiClient, names: readonly string[]): Promise<void> {
  const statuses = { reject: 409, error: 500, unavailable: 503 };
  for (const name of names) {
    for (const [mode, status] of Object.entries(statuses)) {
      await call('setFault', 200, { params: { name }, body: { mode, times: 1 } });
      await call(name, status);
    }
  }
}

/** Sends each call what it cannot read and what does not meet its contract. */
export async function sendNonsense({ calls, call }: ApiClient): Promise<void> {
  for (const { id, body, parameters } of calls) {
    if (body) {
      await call(id, 400, { body: '{"' });
      await call(id, 400, { body: {} });
      await call(id, 413, { body: { padding: 'x'.repeat(16 * 1024) } });
      await call(id, 415, { headers: { 'content-type': 'text/plain' } });
    }
    for (const parameter of parameters) for (const request of misuse(parameter)) await call(id, 400, request);
  }
}

function misuse({ name, in: place, schema }: ApiCall['parameters'][number]): ApiRequest[] {
  if (place === 'path') return [{ params: { [name]: '%E0%A4%A' } }, { params: { [name]: '%01' } }];
  if (place === 'query') return [{ query: { [name]: '-' } }, { search: `${name}=%ff` }];
  const { maxLength } = schema.node as { maxLength?: number };
  return maxLength ? [{ headers: { [name]: 'x'.repeat(maxLength + 1) } }] : [];
}

/**
 * Asks for everything while the service's tables are gone: an error that nobody thought of.
 * @param remembered the calls that may answer for another moment with what they read before
 */
export async function hideTables(client: ApiClient, sql: Sql, remembered: readonly string[] = []): Promise<void> {
  await sql`ALTER SCHEMA public RENAME TO hidden`;
  for (const { id } of client.calls.filter(canAnswer('internal-error')))
    if (id !== 'getReadiness') await (remembered.includes(id) ? callUntil(client, id, 500) : client.call(id, 500));
  await sql`ALTER SCHEMA hidden RENAME TO public`;
}

/** Asks for everything once the service's database is gone for good: nothing answers at its port; `remembered` as above. */
export async function takeDatabaseAway(
  client: ApiClient,
  database: PostgresForwarder,
  remembered: readonly string[] = [],
): Promise<void> {
  await database.close();
  const asked = client.calls.filter(canAnswer('service-unavailable'));
  // Twice: the first to use a connection may be told that it broke, which is another problem than having none.
  for (const { id } of [...asked, ...asked])
    await (remembered.includes(id) ? callUntil(client, id, 503) : client.call(id, 503));
}

async function callUntil({ call }: ApiClient, id: string, status: number): Promise<void> {
  let last: unknown;
  const isAnswered = () =>
    call(id, status).catch((error) => {
      last = error;
      return false as const;
    });
  await waitUntil(`${id} answers ${status}`, isAnswered, 3_000).catch(() => {
    throw last;
  });
}

/** @param client of a service that runs without `FAULTS=on` */
export async function askForFaults({ calls, call }: ApiClient): Promise<void> {
  for (const { id } of calls.filter(({ path }) => path.startsWith('/faults'))) await call(id, 404);
}

function canAnswer(problem: string) {
  return ({ answers }: ApiCall) => answers.some(({ content }) => content.some(({ examples }) => problem in examples));
}
