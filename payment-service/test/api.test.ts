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
import { paymentConfig } from '../src/config.ts';
import { faultNames } from '../src/faults.ts';
import { createService } from '../src/service.ts';
import { startPaymentService } from './payment-service.ts';

let service: HttpService;
let database: PostgresForwarder;
let client: ApiClient;
beforeAll(async () => {
  service = await startHttpService(
    (env) => createService(readConfig(paymentConfig, { ...env, FAULTS: 'on' })),
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
  expectExample(client, 'batchPayments', 'one-fails', await call('batchPayments', 200));
  expectExample(client, 'charge', 'charged', await call('charge', 200));
  expectExample(client, 'refund', 'refunded', await call('refund', 200));
  const body = { sagaId: newId(), reason: 'it may have been charged' };
  expectExample(client, 'refund', 'voided', await call('refund', 200, { body }));
  expectExample(client, 'listPayments', 'two', await call('listPayments', 200));
  expectExample(client, 'getPaymentTotals', 'two', await call('getPaymentTotals', 200));
});

test('every answer of the document is given, and each is as documented', async () => {
  const { call } = client;
  const charge = { sagaId: newId(), orderId: 'order-1', amount: 10 };
  await call('charge', 200, { body: charge });
  await call('charge', 409, { body: { ...charge, amount: 11 } });
  await call('charge', 500, { body: { ...charge, amount: 9999 } });
  await call('batchPayments', 200);
  await call('listPayments', 200, { query: { limit: '1' } });
  await call('getPaymentTotals', 200);
  await call('getPayment', 200, { params: { sagaId: charge.sagaId } });
  await call('getPayment', 404, { params: { sagaId: newId() } });
  await call('refund', 200, { body: { sagaId: charge.sagaId, reason: 'cancelled' } });
  await call('charge', 409, { body: charge });
  await readDocuments(client);
  await turnFaults(client);
  await failOnPurpose(client, faultNames);
  await sendNonsense(client);
  await hideTables(client, service.sql);
  await takeDatabaseAway(client, database);
  const withoutFaults = await startPaymentService();
  await askForFaults(createApiClient(withoutFaults.url, client.checker));
  await withoutFaults.close();
  expect(client.checker.listUnseen()).toEqual(unseen);
});
