import { sql } from 'drizzle-orm';
import { newId } from 'service-kit/ids';
import { createLogger } from 'service-kit/logger';
import { createLeaseKeeper } from '../../src/saga/lease-keeper.ts';
import type { HeldSaga } from '../../src/saga/saga-record.ts';
import { LeaseLost } from '../../src/saga/saga-store.ts';
import { begun, claimDue, type Input, later, nothing, openEngines } from './engine-setup.ts';

let engines: Awaited<ReturnType<typeof openEngines>>;
beforeEach(async () => {
  engines = await openEngines();
});
afterEach(() => engines.close());

const started = { status: 'STARTED', statusChanges: false, failure: null, dueAt: null } as const;
const called = { type: 'action-called', step: 'pay', attempt: 1 } as const;
const failed = { type: 'failed', step: 'pay', outcome: 'unknown', reason: 'cut' } as const;
const failure = { step: 'pay', outcome: 'unknown', reason: 'cut' } as const;
const stuck = { status: 'COMPENSATION_STUCK', statusChanges: true, failure, dueAt: null } as const;
const begin = (leaseMs: number) =>
  engines.makeStore(leaseMs).begin(newId(), { name: 'a' }, begun('pay', 'pick'), nothing);
const find = (id: string) => engines.makeStore(1000).find(id);

test('promise 8: of two drivers with the same token, after a failover that lost a claim, only the later one can write', async () => {
  const { id } = await begin(0);
  const [lost] = (await claimDue(engines.makeStore(0, 'before the failover'), 1)) as [HeldSaga<Input>];
  // What a standby has that did not get the newest commits.
  await engines.database.db.execute(sql`DELETE FROM saga_events WHERE saga_id = ${id} AND seq = 2`);
  await engines.database.db.execute(
    sql`UPDATE sagas SET fencing_token = 1, last_seq = 1, lease_id = NULL, lease_until = now() WHERE id = ${id}`,
  );
  const store = engines.makeStore(10_000, 'after the failover');
  const [held] = (await claimDue(store, 1)) as [HeldSaga<Input>];
  expect([held.fencingToken, held.log.length]).toEqual([lost.fencingToken, lost.log.length]);

  const before = await find(id);
  await expect(store.append(lost, [called], started)).rejects.toBeInstanceOf(LeaseLost);
  await store.extend([lost]);
  await store.release(lost, null);
  expect(await find(id)).toEqual(before);
  // In one batch with the other, too.
  const both = await Promise.allSettled([store.append(lost, [called], started), store.append(held, [called], started)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});

test('a saga whose next attempt was due, and whose driver then died, is taken over', async () => {
  const store = engines.makeStore(0);
  const saga = await begin(10_000);
  const [entry] = await store.append(saga, [failed], { ...stuck, status: 'COMPENSATING' });
  saga.log.push(entry as HeldSaga<Input>['log'][number]);
  await store.release(saga, new Date(Date.now() - 1));
  expect((await find(saga.id))?.dueAt).not.toBeNull();
  await claimDue(store, 1);
  await claimDue(store, 1);
  expect((await find(saga.id))?.log.slice(2)).toMatchObject([{ reason: 'due' }, { reason: 'takeover' }]);
});

test('what follows a status follows each change of it, those by hand too', async () => {
  const store = engines.makeStore(10_000);
  const saga = await begin(10_000);
  await store.append(saga, [failed, { type: 'parked' }], stuck);
  const [found] = await Promise.all([find(saga.id)]);
  await store.retry({ id: saga.id, lastSeq: found?.lastSeq ?? 0 }, 'kim');
  expect(await engines.readFollowed()).toEqual(['COMPENSATION_STUCK', 'COMPENSATING']);
  await engines.database.db.execute(sql`UPDATE sagas SET due_at = now(), lease_until = now() WHERE id = ${saga.id}`);
  // Tried again while it waits: its status does not change.
  const waiting = await find(saga.id);
  await store.retry({ id: saga.id, lastSeq: waiting?.lastSeq ?? 0 }, 'kim');
  await engines.database.db.execute(sql`UPDATE sagas SET status = 'COMPENSATION_STUCK' WHERE id = ${saga.id}`);
  await store.resolve(saga.id, 'kim', 'paid back');
  expect(await engines.readFollowed()).toEqual(['COMPENSATION_STUCK', 'COMPENSATING', 'RESOLVED']);
});

test('an extension that comes after a lease was given up does not lengthen it', async () => {
  const store = engines.makeStore(10_000);
  const saga = await begin(10_000);
  await store.release(saga, null);
  await store.extend([saga]);
  expect((await find(saga.id))?.leaseUntil.getTime()).toBeLessThanOrEqual(Date.now());
});

test('leases are extended once at a time, and none is given up before its extension is over', async () => {
  const store = engines.makeStore(10_000);
  const saga = await begin(10_000);
  const slow = later<void>();
  let extensions = 0;
  const extend = async (held: readonly HeldSaga<Input>[]) => {
    extensions += 1;
    await slow.promise;
    await store.extend(held);
  };
  const logger = createLogger('test', { logLevel: 'error', logFormat: 'json' });
  const leases = createLeaseKeeper({ ...store, extend }, 10_000, logger);
  const work = later<void>();
  const held = leases.holding(saga, () => work.promise).then(() => store.release(saga, null));
  const both = [leases.extendOnce(), leases.extendOnce()];
  work.keep();
  slow.keep();
  await Promise.all([...both, held]);
  expect(extensions).toBe(1);
  expect((await find(saga.id))?.leaseUntil.getTime()).toBeLessThanOrEqual(Date.now());
});

test('the row and the log of a saga that is looked at are of one moment', async () => {
  const store = engines.makeStore(10_000);
  const saga = await begin(10_000);
  let writing = true;
  const writer = (async () => {
    for (let attempt = 1; attempt <= 200; attempt += 1) {
      saga.log.push(...(await store.append(saga, [{ ...called, attempt }], started)));
    }
    writing = false;
  })();
  let looks = 0;
  for (; writing; looks += 1) {
    const record = await find(saga.id);
    expect(record?.log.length).toBe(record?.lastSeq);
  }
  await writer;
  expect(looks).toBeGreaterThan(10);
});
