import { Registry } from 'prom-client';
import { faultOperations } from '../src/fault-messages.ts';
import { createFaultSwitches, type FaultSwitches } from '../src/fault-switches.ts';
import { createHttpApp } from '../src/http-app.ts';
import { type HttpServer, listen } from '../src/http-server.ts';
import { createLogger } from '../src/logger.ts';
import { commonTags } from '../src/service-operations.ts';
import { createFaultClient, type FaultClient } from './fault-service.ts';
import { type MigratedDatabase, openMigratedDatabase } from './migrated-database.ts';
import { expectInvalid, expectUnreadable, unreadableBodies } from './refused-requests.ts';
import { simultaneously, succeeded } from './simultaneously.ts';

const choices = { names: ['first', 'second'], modes: ['crash', 'slow'] };
let database: MigratedDatabase;
let switches: FaultSwitches;
let server: HttpServer;
let client: FaultClient;
beforeAll(async () => {
  // Any service's database has the table.
  database = await openMigratedDatabase('payment');
  switches = createFaultSwitches(database.db, { enabled: true, ...choices });
  const api = {
    title: 'any',
    description: 'any',
    tags: commonTags,
    problems: {},
    operations: faultOperations(choices),
  };
  const logger = createLogger('any', { logLevel: 'error', logFormat: 'json' });
  server = await listen(
    createHttpApp({ logger, routes: switches.routes, api, registry: new Registry(), checkReady: async () => {} }),
    0,
  );
  client = createFaultClient(server.url);
});
afterAll(async () => {
  await server.close(0);
  await database.close();
});
beforeEach(() => client.http.delete('/faults').expect(204));

const set = (name: string, body: object) => client.http.put(`/faults/${name}`).send(body);

test('what is not switched on is not taken', async () => {
  expect(await switches.take('first')).toBeUndefined();
  expect(await client.list()).toEqual([]);
});

test('a switch is answered as it was left, and listed by name', async () => {
  const second = { name: 'second', mode: 'slow', times: null, delayMs: 50 };
  expect((await set('second', { mode: 'slow', delayMs: 50 }).expect(200)).body).toEqual(second);
  const first = { name: 'first', mode: 'crash', times: 2, delayMs: 0 };
  expect((await set('first', { mode: 'crash', times: 2 }).expect(200)).body).toEqual(first);
  expect(await client.list()).toEqual([first, second]);
  expect((await set('second', second).expect(200)).body).toEqual(second);
});

test('setting a switch again replaces what it was', async () => {
  await set('first', { mode: 'slow', times: 5, delayMs: 50 });
  await set('first', { mode: 'crash' });
  expect(await client.list()).toEqual([{ name: 'first', mode: 'crash', times: null, delayMs: 0 }]);
  await set('first', { mode: 'slow', times: 1 });
  expect(await switches.take('first')).toEqual({ name: 'first', mode: 'slow', delayMs: 0 });
  expect(await switches.take('first')).toBeUndefined();
});

test('a switch without times is taken again and again, until everything is switched off', async () => {
  await set('first', { mode: 'crash' });
  for (let i = 0; i < 3; i++) expect(await switches.take('first')).toMatchObject({ mode: 'crash' });
  expect(await switches.take('second')).toBeUndefined();
  await client.http.delete('/faults').expect(204);
  expect(await switches.take('first')).toBeUndefined();
});

test('of 50 simultaneous callers 10 take a switch with 10 times', async () => {
  await set('first', { mode: 'crash', times: 10 });
  const taken = succeeded(await simultaneously(50, () => switches.take('first')));
  expect(taken).toHaveLength(50);
  expect(taken.filter((fault) => fault)).toHaveLength(10);
  expect(await client.list()).toEqual([]);
});

test.each([
  ['mode', undefined],
  ['mode', 'melt'],
  ['mode', null],
  ['times', 0],
  ['times', 1.5],
  ['times', 1_000_001],
  ['times', '2'],
  ['delayMs', -1],
  ['delayMs', 0.5],
  ['delayMs', 600_001],
  ['delayMs', null],
])('a switch with %s %j is refused by the name of the field', async (field, value) => {
  await expectInvalid(set('first', { mode: 'crash', [field]: value }), field);
  expect(await client.list()).toEqual([]);
});

test.each([{ times: 1 }, { times: 1_000_000 }, { delayMs: 600_000 }])('a switch with %j is taken', async (more) => {
  await set('first', { mode: 'slow', ...more }).expect(200);
});

test.each(['third', 'First', 'first%20', '%00'])('the name %s is refused', async (name) => {
  await expectInvalid(set(name, { mode: 'crash' }), 'name');
});

test.each(unreadableBodies)('a body %s is refused', async (_what, contentType, body, status, problem) => {
  await expectUnreadable(client.http.put('/faults/first'), contentType, body, status, problem);
});

test('the calls are described', async () => {
  const { paths } = (await client.http.get('/openapi/v1.json')).body;
  expect(Object.keys(paths)).toEqual(['/faults/{name}', '/faults']);
  expect(paths['/faults/{name}'].put.parameters[0].schema.enum).toEqual(choices.names);
});

test('switches that are not enabled ask no database', async () => {
  const closed = await openMigratedDatabase('payment');
  await closed.close();
  const off = createFaultSwitches(closed.db, { enabled: false, ...choices });
  expect(await off.take('first')).toBeUndefined();
  await expect(createFaultSwitches(closed.db, { enabled: true, ...choices }).take('first')).rejects.toThrow();
});
