import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { openDatabase } from 'service-kit/database';
import { migrateDatabase } from 'service-kit/database-migration';
import { newId } from 'service-kit/ids';
import { createLogger } from 'service-kit/logger';
import { freshDatabase } from 'stack/fresh-database';
import type { Call, SagaDefinition } from '../../src/saga/saga-definition.ts';
import { createSagaEngine, type SagaEngineOptions } from '../../src/saga/saga-engine.ts';
import type { CallResult, NewSagaEvent, SagaEvent } from '../../src/saga/saga-events.ts';
import type { HeldSaga, SagaRecord } from '../../src/saga/saga-record.ts';
import { createSagaStore, type SagaStore } from '../../src/saga/saga-store.ts';

export type Input = { name: string };
type Act = () => Promise<CallResult> | CallResult;

export const ok: CallResult = { outcome: 'succeeded' };
export const no: CallResult = { outcome: 'rejected', kind: 'rejection', reason: 'no' };
export const lost: CallResult = { outcome: 'unknown', kind: 'network', reason: 'cut', transient: true };

/** A definition whose calls are done by these functions, each by the name of its step or `undo-` and that name. */
export function defineSaga(
  acts: Partial<Record<string, Act>>,
  knobs: Partial<Call<Input>> = {},
  steps = ['pay', 'pick'],
): SagaDefinition<Input> {
  const call = (name: string): Call<Input> => ({
    call: async () => acts[name]?.() ?? ok,
    timeoutMs: 1000,
    attempts: 3,
    backoff: { firstMs: 2, maxMs: 4 },
    ...knobs,
  });
  const step = (name: string) => ({ name, action: call(name), compensation: call(`undo-${name}`) });
  return { deadlineMs: 30_000, steps: steps.map(step) };
}

/** A migrated database of its own, and engines on it that stand for replicas. */
export async function openEngines() {
  const url = await freshDatabase();
  await migrateDatabase(url, fileURLToPath(new URL('../../../db/order', import.meta.url)), 5000);
  const database = openDatabase(url, 10);
  await database.db.execute(sql`CREATE TABLE followers (saga_id uuid, status text)`);
  /** What was written along with the sagas' statuses, in order. */
  const readFollowed = async () => {
    const rows = await database.db.execute<{ status: string }>(sql`SELECT status FROM followers`);
    return rows.map(({ status }) => status);
  };
  const makeStore = (leaseMs: number, owner = 'test', { db } = database) =>
    createSagaStore<Input>(db, {
      leaseMs,
      owner,
      insertAlongside: sql`
        INSERT INTO followers SELECT id, (1 / (alongside->>'parts')::int)::text FROM begun
        WHERE alongside->>'parts' IS NOT NULL`,
      followStatus: sql`INSERT INTO followers SELECT id, status::text FROM held WHERE "statusChanges"`,
    });

  function makeEngine(definition: SagaDefinition<Input>, options: Partial<SagaEngineOptions<Input>> = {}) {
    const leaseMs = options.leaseMs ?? 10_000;
    const store = makeStore(leaseMs);
    const events: SagaEvent[] = [];
    const engine = createSagaEngine<Input>({
      definition,
      store,
      observe: (_saga, event) => events.push(event),
      logger: createLogger('test', { logLevel: 'error', logFormat: 'json' }),
      maxSagasInFlight: 100,
      leaseMs,
      recoveryIntervalMs: 50,
      recoveryBatch: 10,
      longestPauseMs: 1000,
      longestRetryAfterMs: 20,
      ...options,
    });
    return { engine, store, events, types: () => events.map(({ type }) => type) };
  }

  /** A saga that was just begun, and the store that holds it. */
  const begin = async (leaseMs = 10_000) => {
    const store = makeStore(leaseMs);
    const saga = await store.begin(newId(), { name: 'a' }, begun('pay', 'pick'), nothing);
    return { store, saga };
  };
  const recordOf = async (id: string) => (await makeStore(10_000).find(id)) as SagaRecord<Input>;
  /** Drives every unfinished saga of earlier tests out of the way. */
  const finishAll = () => database.db.execute(sql`UPDATE sagas SET status = 'COMPLETED', failure = NULL`);

  return { url, database, readFollowed, makeStore, makeEngine, begin, recordOf, finishAll, close: database.close };
}

/** Takes over up to `limit` sagas that are due, whatever their logs say. */
export async function claimDue(store: SagaStore<Input>, limit: number): Promise<HeldSaga<Input>[]> {
  return store.claim(await store.findDue(limit));
}

/** The first call of a saga, and what its append says of the saga. */
export const called = { type: 'action-called', step: 'pay', attempt: 1 } as const;
export const started = { status: 'STARTED', statusChanges: false, failure: null, dueAt: null } as const;

/** The log of a saga that was just begun. */
export const begun = (...steps: string[]): NewSagaEvent[] => [{ type: 'begun', steps }];

/** Nothing is written alongside the sagas of these tests. */
export const nothing = {};

/** A promise to be kept later. */
export function later<T>() {
  let keep: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    keep = resolve;
  });
  return { promise, keep };
}
