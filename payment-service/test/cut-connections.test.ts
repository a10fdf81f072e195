import { readConfig } from 'service-kit/config';
import { newId } from 'service-kit/ids';
import { type HttpService, startHttpService } from '../../service-kit/test/http-service.ts';
import { type PostgresForwarder, startPostgresForwarder } from '../../service-kit/test/postgres-forwarder.ts';
import { paymentConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';

let database: PostgresForwarder;
let payment: HttpService;
beforeAll(async () => {
  payment = await startHttpService(
    (env) => createService(readConfig(paymentConfig, env)),
    async (url) => {
      database = await startPostgresForwarder(url);
      return database.url;
    },
  );
});
afterAll(async () => {
  await payment.close();
  await database.close();
});

test('while answers of the database are cut in the middle, what was charged is found or not answered, and nothing fails otherwise', async () => {
  const { http } = payment;
  const statuses = new Map<string, number>();
  const count = (what: string) => statuses.set(what, (statuses.get(what) ?? 0) + 1);
  database.cutShare(0.05);
  async function keepCharging(times: number) {
    for (let turn = 0; turn < times; turn += 1) {
      const charge = { sagaId: newId(), orderId: 'one', amount: 10 };
      const charged = await http.post('/payments/charge').send(charge);
      count(`charge ${charged.status}`);
      if (charged.status !== 200) continue;
      const [found, again] = [
        await http.get(`/payments/${charge.sagaId}`),
        await http.post('/payments/charge').send(charge),
      ];
      count(`read ${found.status}`);
      count(`charge again ${again.status}`);
      for (const { status, body } of [found, again]) if (status === 200) expect(body).toEqual(charged.body);
    }
  }
  await Promise.all(Array.from({ length: 8 }, () => keepCharging(60)));
  const kinds = [...statuses.keys()].sort();
  expect(kinds).toEqual(['charge 200', 'charge 503', 'charge again 200', 'charge again 503', 'read 200', 'read 503']);
});
