import { EventEmitter } from 'node:events';
import type { Response } from 'express';
import { waitUntil } from 'stack/wait-until';
import { createFaultInjection } from '../src/fault-injection.ts';
import { createLogger } from '../src/logger.ts';
import { captureLog } from './captured-log.ts';
import { type MigratedDatabase, openMigratedDatabase } from './migrated-database.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase('payment');
});
afterAll(() => database.close());
beforeEach(() => database.sql`DELETE FROM faults`);

const logger = createLogger('any', { logLevel: 'info', logFormat: 'json' });
const log = captureLog(logger);
const inject = (enabled = true) => createFaultInjection(database.db, { enabled, names: ['work'] as const, logger });
const response = new EventEmitter() as Response;
const set = (mode: string, delayMs = 0) =>
  database.sql`INSERT INTO faults ${database.sql({ name: 'work', mode, remaining: 1, delay_ms: delayMs })}`;

test('where nothing is enabled, nothing but the operation happens', () => {
  const result = Promise.resolve('done');
  expect(inject(false).inject('work', response, () => result)).toBe(result);
});

test('what was to be applied late is given up when the process drains', async () => {
  const faults = inject();
  await set('late', 600_000);
  const apply = jest.fn(async () => {});
  await expect(faults.inject('work', response, apply)).rejects.toThrow('fault-error');
  await faults.drain();
  await waitUntil('the log tells', async () => log.some((line) => line.includes('work not applied late')));
  expect(apply).not.toHaveBeenCalled();
});

test('a late failure is logged with its reason', async () => {
  await set('late');
  const apply = () => Promise.reject(new Error('no paper'));
  await expect(inject().inject('work', response, apply)).rejects.toThrow('fault-error');
  await waitUntil('the log tells', async () => log.some((line) => line.includes('no paper')));
});

test('a refusal of what was applied with drop-reply cuts the connection, too', async () => {
  await set('drop-reply');
  const destroy = jest.fn();
  const apply = () => Promise.reject(new Error('refused'));
  await expect(inject().inject('work', { destroy } as unknown as Response, apply)).rejects.toThrow('refused');
  expect(destroy).toHaveBeenCalledTimes(1);
});

test('a mode that this release does not know is an error, not a success', async () => {
  await set('melt');
  await expect(inject().inject('work', response, async () => 'done')).rejects.toThrow('no fault mode melt');
});
