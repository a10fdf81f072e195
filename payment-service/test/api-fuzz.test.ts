import { readConfig } from 'service-kit/config';
import { newId } from 'service-kit/ids';
import { fetchChecker } from '../../service-kit/test/api-client.ts';
import { fuzzApi } from '../../service-kit/test/api-fuzz.ts';
import { type HttpService, startHttpService } from '../../service-kit/test/http-service.ts';
import { paymentConfig } from '../src/config.ts';
import { createService } from '../src/service.ts';

const schemaOf = (name: string) => ({ $ref: `#/components/schemas/${name}` });

let service: HttpService;
beforeAll(async () => {
  service = await startHttpService((env) => createService(readConfig(paymentConfig, { ...env, FAULTS: 'on' })));
});
afterAll(() => service.close());

test('promise 10: two thousand random requests are answered as documented, and bad input changes no row', async () => {
  const { sent, refused, succeeded } = await fuzzApi({
    url: service.url,
    checker: await fetchChecker(service.url),
    document: (await service.http.get('/openapi/v1.json')).body,
    databases: [service.sql],
    ids: Array.from({ length: 5 }, newId),
    // Faults that are answered with a 4xx, or slow down without being felt: the others are meant to fail. None that
    // counts how often it acted: that changes its row.
    narrow(_call, field, schema) {
      if (field === 'fail') return { const: false };
      if (field === 'url') return { enum: ['/payments/charge', '/payments/refund'] };
      // Of what a batch carries the document says nothing.
      if (field === 'body' && !('type' in schema))
        return { anyOf: [schemaOf('ChargeRequest'), schemaOf('RefundRequest')] };
      if (field === 'mode') return { enum: ['reject', 'slow'] };
      if (field === 'times') return { type: 'null' };
      if (field === 'delayMs') return { type: 'integer', minimum: 0, maximum: 5 };
      return schema;
    },
  });
  expect(sent).toBe(2_000);
  expect(refused).toBeGreaterThan(500);
  expect(succeeded.size).toBe((await fetchChecker(service.url)).calls.length);
}, 240_000);
