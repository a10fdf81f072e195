import { waitUntil } from 'stack/wait-until';
import { newId } from '../src/ids.ts';
import type { Service } from '../src/service-program.ts';
import { createFaultClient, type FaultClient, type FaultyOperation, faultEnv, type Start } from './fault-service.ts';
import { expectProblem } from './problem-expectation.ts';
import { simultaneously, succeeded } from './simultaneously.ts';

/** Every mode that leaves the process alive, on every operation of a real service. */
export function testFaults(start: Start, operations: FaultyOperation[]): void {
  let env: Record<string, string>;
  let service: Service;
  let client: FaultClient;
  beforeAll(async () => {
    env = await faultEnv();
    service = await start(env);
    client = createFaultClient(service.url);
  });
  afterAll(() => service.close());
  afterEach(() => client.http.delete('/faults').expect(204));

  describe.each(operations)('$name', (operation) => {
    let sagaId: string;
    beforeEach(async () => {
      sagaId = newId();
      await client.prepare(operation, sagaId);
    });
    const call = () => client.call(operation, sagaId);
    const status = () => client.status(operation, sagaId);
    const { before, after } = operation;

    test.each([
      ['reject', 409, 'fault-injected', undefined],
      ['error', 500, 'fault-error', undefined],
      ['unavailable', 503, 'fault-unavailable', '1'],
    ])('%s is answered with %d and does nothing', async (mode, code, problem, retryAfter) => {
      await client.set(operation, { mode, times: 1 });
      const answer = await call();
      expectProblem(answer, code, problem);
      expect(answer.headers['retry-after']).toBe(retryAfter);
      expect(await status()).toBe(before);
      await call().expect(200);
      expect(await status()).toBe(after);
    });

    test('slow takes its delay, then answers as ever', async () => {
      await client.set(operation, { mode: 'slow', times: 1, delayMs: 300 });
      const startedAt = performance.now();
      expect((await call().expect(200)).body.status).toBe(after);
      expect(performance.now() - startedAt).toBeGreaterThan(290);
    });

    test('hang never answers and does nothing', async () => {
      await client.set(operation, { mode: 'hang', times: 1 });
      await expect(call().timeout(300)).rejects.toMatchObject({ code: 'ECONNABORTED' });
      expect(await status()).toBe(before);
      await call().expect(200);
    });

    test('hang does not hold up the end of the process', async () => {
      const other = await start(env);
      await client.set(operation, { mode: 'hang', times: 1 });
      const hanging = createFaultClient(other.url).call(operation, sagaId);
      const cut = expect(hanging).rejects.toMatchObject({ code: 'ECONNRESET' });
      await waitUntil('the call hangs', async () => (await client.list()).length === 0);
      const startedAt = performance.now();
      await other.close();
      expect(performance.now() - startedAt).toBeLessThan(3_000);
      await cut;
    });

    test('drop-reply does it and cuts the connection', async () => {
      await client.set(operation, { mode: 'drop-reply', times: 1 });
      await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(await status()).toBe(after);
      expect((await call().expect(200)).body.status).toBe(after);
    });

    test('late answers with an error at once and does it after the delay', async () => {
      await client.set(operation, { mode: 'late', times: 1, delayMs: 1_000 });
      const startedAt = performance.now();
      expectProblem(await call(), 500, 'fault-error');
      expect(await status()).toBe(before);
      await client.waitForStatus(operation, sagaId, after);
      expect(performance.now() - startedAt).toBeGreaterThan(990);
    });

    describe('one of three calls in one request', () => {
      let sagaIds: string[];
      beforeEach(async () => {
        sagaIds = [newId(), newId(), newId()];
        for (const id of sagaIds) await client.prepare(operation, id);
      });
      const callAll = () => client.callAll(operation, sagaIds);
      const statuses = () => Promise.all(sagaIds.map((id) => client.status(operation, id)));

      test('that is unavailable is told so, and the others are done', async () => {
        await client.set(operation, { mode: 'unavailable', times: 1 });
        const { responses } = (await callAll().expect(200)).body;
        const failed = responses.filter((response: { status: number }) => response.status !== 200);
        expect(failed).toEqual([
          {
            status: 503,
            headers: { 'retry-after': '1' },
            body: expect.objectContaining({ type: '/problems/fault-unavailable' }),
          },
        ]);
        expect(await statuses()).toEqual(
          responses.map(({ body }: { body: { status: unknown } }) => (body.status === 503 ? before : after)),
        );
      });

      test('that hangs leaves all without an answer', async () => {
        await client.set(operation, { mode: 'hang', times: 1 });
        await expect(callAll().timeout(300)).rejects.toMatchObject({ code: 'ECONNABORTED' });
        expect((await statuses()).filter((one) => one === after)).toHaveLength(2);
        expect((await callAll().expect(200)).body.responses).toMatchObject(Array(3).fill({ status: 200 }));
      });

      test('whose reply is dropped cuts the connection of all, which are done', async () => {
        await client.set(operation, { mode: 'drop-reply', times: 1 });
        await expect(callAll()).rejects.toMatchObject({ code: 'ECONNRESET' });
        for (const id of sagaIds) await client.waitForStatus(operation, id, after);
      });
    });

    test('a switch acts as often as it is told', async () => {
      await client.set(operation, { mode: 'reject', times: 2 });
      await call().expect(409);
      expect(await client.list()).toEqual([{ name: operation.name, mode: 'reject', times: 1, delayMs: 0 }]);
      await call().expect(409);
      expect(await client.list()).toEqual([]);
      await call().expect(200);
    });

    test('of 50 simultaneous calls a switch with 10 times hits exactly 10', async () => {
      await client.set(operation, { mode: 'reject', times: 10 });
      const answers = succeeded(await simultaneously(50, async () => (await call()).status));
      expect(answers.sort()).toEqual([...Array(40).fill(200), ...Array(10).fill(409)]);
      expect(await status()).toBe(after);
    });

    test('a switch is shared by two services on one database, and outlives a restart', async () => {
      await client.set(operation, { mode: 'reject' });
      const first = await start(env);
      await createFaultClient(first.url).call(operation, sagaId).expect(409);
      await first.close();
      const second = await start(env);
      const replica = createFaultClient(second.url);
      await replica.call(operation, sagaId).expect(409);
      expect(await replica.list()).toEqual([{ name: operation.name, mode: 'reject', times: null, delayMs: 0 }]);
      await replica.http.delete('/faults').expect(204);
      await second.close();
      await call().expect(200);
    });

    test('a request that does not meet the contract uses no switch up', async () => {
      await client.set(operation, { mode: 'reject', times: 1 });
      await client.http.post(operation.path).send({ sagaId: 42 }).expect(400);
      expect(await client.list()).toHaveLength(1);
    });

    test('without FAULTS=on the switches have no effect', async () => {
      await client.set(operation, { mode: 'reject' });
      const { FAULTS: _, ...plain } = env;
      const off = await start(plain);
      await createFaultClient(off.url).call(operation, sagaId).expect(200);
      await off.close();
    });
  });

  test('without FAULTS=on the routes are like any unknown route', async () => {
    const off = await start({ ...env, FAULTS: 'off' });
    const { http } = createFaultClient(off.url);
    const [operation] = operations as [FaultyOperation];
    const body = { mode: 'reject' };
    expectProblem(await http.put(`/faults/${operation.name}`).send(body), 404, 'route-not-found');
    expectProblem(await http.get('/faults'), 404, 'route-not-found');
    expectProblem(await http.delete('/faults'), 404, 'route-not-found');
    await off.close();
  });
}
