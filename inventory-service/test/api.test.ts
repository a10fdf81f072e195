import { readConfig } from 'service-kit/config';
import { newId } from 'service-kit/ids';
import { type ApiClient, createApiClient, fetchChecker } from '../../service-kit/test/api-client.ts';
import {
  askForFaults,
  failOnPurpose,
  hideTables,
  readDocuments,
  sendNonsense,
  takeDatabaseAway,
  turnFaults,
} from '../../service-kit/test/api-stories.ts';
import { describeApiDocument, expectExample } from '../../service-kit/test/api-suite.ts';
import { type HttpService, startHttpService } from '../../service-kit/test/http-service.ts';
import { type PostgresForwarder, startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { inventoryConfig } from '../src/config.ts';
import { faultNames } from '../src/faults.ts';
import { createService } from '../src/service.ts';
import { startInventoryService } from './inventory-service.ts';

let service: HttpService;
let database: PostgresForwarder;
let client: ApiClient;
beforeAll(async () => {
  service = await startHttpService(
    (env) => createService(readConfig(inventoryConfig, { ...env, FAULTS: 'on' })),
    async (url) => {
      database = await startPostgresForwarder(url);
      return database.url;
    },
  );
  client = createApiClient(service.url, await fetchChecker(service.url));
});
afterAll(() => service.close());

describe('the OpenAPI document', () =>
  describeApiDocument(async () => (await service.http.get('/openapi/v1.json')).body));

/** What the document promises and no request here can bring about. */
const unseen = [
  // It asks the database for nothing but an answer: either there is one, or the service is unavailable.
  'getReadiness 500 internal-error',
];

test('answers are as the examples show them', async () => {
  const { call } = client;
  const stocked = await call('stockProduct', 200, { params: { id: 'kite' } });
  expectExample(client, 'stockProduct', 'inventory-on-its-own', stocked);
  expectExample(client, 'batchInventory', 'one-refused', await call('batchInventory', 200));
  expectExample(client, 'reserve', 'reserved', await call('reserve', 200));
  expectExample(client, 'release', 'released', await call('release', 200));
  expectExample(client, 'release', 'voided', await call('release', 200, { body: { sagaId: newId() } }));
  expectExample(client, 'listReservations', 'two', await call('listReservations', 200));
});

test('every answer of the document is given, and each is as documented', async () => {
  const { call } = client;
  const reserve = { sagaId: newId(), productId: 'apple', quantity: 3 };
  await call('stockProduct', 200);
  await call('reserve', 200, { body: reserve });
  await call('reserve', 409, { body: { ...reserve, quantity: 4 } });
  await call('reserve', 409, { body: { ...reserve, sagaId: newId(), productId: 'unicorn' } });
  await call('reserve', 404, { body: { ...reserve, sagaId: newId(), productId: 'basilisk' } });
  await call('reserve', 500, { body: { ...reserve, fail: true } });
  await call('batchInventory', 200);
  await call('listReservations', 200, { query: { limit: '1' } });
  await call('getInventoryTotals', 200);
  await call('listProductTotals', 200);
  await call('listProducts', 200);
  await call('getReservation', 200, { params: { sagaId: reserve.sagaId } });
  await call('getReservation', 404, { params: { sagaId: newId() } });
  await call('release', 200, { body: { sagaId: reserve.sagaId } });
  await call('reserve', 409, { body: reserve });
  await readDocuments(client);
  await turnFaults(client);
  await failOnPurpose(client, faultNames);
  await sendNonsense(client);
  await hideTables(client, service.sql);
  await takeDatabaseAway(client, database);
  const withoutFaults = await startInventoryService();
  await askForFaults(createApiClient(withoutFaults.url, client.checker));
  await withoutFaults.close();
  expect(client.checker.listUnseen()).toEqual(unseen);
});
