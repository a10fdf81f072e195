import { waitUntil } from 'stack/wait-until';
import { newId } from '../src/ids.ts';
import { type FaultProcess, startFaultProcess } from './fault-process.ts';
import { createFaultClient, type FaultClient, type FaultyOperation, faultEnv } from './fault-service.ts';
import { expectProblem } from './problem-expectation.ts';

/** The modes that end the process, and what comes too late, on the built service as a process of its own. */
export function testCrashFaults(serviceName: string, action: FaultyOperation, compensation: FaultyOperation): void {
  let env: Record<string, string>;
  let service: FaultProcess;
  let client: FaultClient;
  async function start(): Promise<void> {
    service = await startFaultProcess(serviceName, env);
    client = createFaultClient(service.url);
  }
  beforeAll(async () => {
    env = { ...(await faultEnv()), LOG_LEVEL: 'info' };
    await start();
  });
  afterAll(() => service.stop());

  async function expectCrash(operation: FaultyOperation, sagaId: string): Promise<void> {
    await expect(client.call(operation, sagaId)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await service.exited).toBe(1);
    await start();
  }

  describe.each([action, compensation])('$name', (operation) => {
    test.each([
      ['crash-before', operation.before],
      ['crash-after', operation.after],
    ])('%s ends the process once and leaves %s', async (mode, status) => {
      const sagaId = newId();
      await client.prepare(operation, sagaId);
      await client.set(operation, { mode, times: 1 });
      await expectCrash(operation, sagaId);
      expect(await client.status(operation, sagaId)).toBe(status);
      expect(await client.list()).toEqual([]);
      await client.call(operation, sagaId).expect(200);
      expect(await client.status(operation, sagaId)).toBe(operation.after);
    });
  });

  test.each([action, compensation])('a batch torn by a crash at one $name can be repeated', async (operation) => {
    const sagaIds = Array.from({ length: 5 }, newId);
    for (const sagaId of sagaIds) await client.prepare(operation, sagaId);
    await client.set(operation, { mode: 'crash-after', times: 1 });
    await expect(client.callAll(operation, sagaIds)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await service.exited).toBe(1);
    await start();
    const left = await Promise.all(sagaIds.map((sagaId) => client.status(operation, sagaId)));
    expect(left).toContain(operation.after);
    for (const status of left) expect([operation.before, operation.after]).toContain(status);
    const { responses } = (await client.callAll(operation, sagaIds).expect(200)).body;
    expect(responses).toMatchObject(
      sagaIds.map((sagaId) => ({ status: 200, body: { sagaId, status: operation.after } })),
    );
  });

  test('a sticky crash outlives the restart', async () => {
    const sagaId = newId();
    await client.set(action, { mode: 'crash-before' });
    await expectCrash(action, sagaId);
    await expectCrash(action, sagaId);
    await client.http.delete('/faults').expect(204);
    await client.call(action, sagaId).expect(200);
  });

  test(`a late ${action.name} after a ${compensation.name} is refused, and the log tells`, async () => {
    const sagaId = newId();
    await client.set(action, { mode: 'late', times: 1, delayMs: 1_000 });
    expectProblem(await client.call(action, sagaId), 500, 'fault-error');
    await client.call(compensation, sagaId).expect(200);
    expect(await client.status(action, sagaId)).toBe('VOIDED');
    const line = await waitUntil('the late call', async () =>
      service
        .output()
        .split('\n')
        .find((entry) => entry.includes(`${action.name} not applied late`)),
    );
    expect(line).toContain(`${action.name}-after-${compensation.name}`);
    expect(await client.status(action, sagaId)).toBe('VOIDED');
  });
}
