import type supertest from 'supertest';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem();
});
afterAll(() => system.close());

const names = ['order', 'payment', 'inventory'] as const;
const someId = '01890000-0000-7000-8000-000000000000';

test.each(names)('%s-service answers every call of its OpenAPI document', async (name) => {
  const { http } = system[name];
  const { body } = await http.get('/openapi/v1.json').expect(200);
  expect(body).toMatchObject({ openapi: '3.1.0', info: { title: `${name}-service` } });
  const calls = Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method, path })),
  );
  // Faults are off here, and their routes unknown; changes are told without an end.
  for (const { method, path } of calls.filter((call) => !/^\/(faults|changes)/.test(call.path))) {
    const send = http[method as 'get' | 'post' | 'put'](path.replace(/\{\w+\}/, someId)) as supertest.Test;
    const { body: answer } = await send;
    expect({ method, path, type: answer.type }).not.toMatchObject({ type: '/problems/route-not-found' });
  }
});

test.each(names)('%s-service shows its calls on a page that loads nothing else', async (name) => {
  const { http } = system[name];
  const { text, type } = await http.get('/docs').expect(200);
  const { body } = await http.get('/openapi/v1.json').expect(200);
  expect(type).toBe('text/html');
  for (const path of Object.keys(body.paths)) expect(text).toContain(` ${path}</code>`);
  expect(text).not.toMatch(/<script|src=|<link/);
});

test('the bodies of POST /orders are described as they are validated', async () => {
  const { body } = await system.order.http.get('/openapi/v1.json').expect(200);
  const { schema } = body.paths['/orders'].post.requestBody.content['application/json'];
  expect(schema.properties).toMatchObject({
    itemName: { type: 'string', minLength: 1, maxLength: 100 },
    quantity: { type: 'integer', minimum: 1, maximum: 100_000 },
    price: { type: 'number', minimum: 0.01, maximum: 9_999_999.99 },
    failPayment: { type: 'boolean', default: false },
  });
  expect(schema.required).toEqual(expect.arrayContaining(['quantity', 'price']));
});
