import fc from 'fast-check';
import type { Ledger } from '../src/audit/ledger.ts';
import { type LedgerPages, mergeLedgers } from '../src/audit/ledger-merge.ts';

/** Ids from a small range, so that the lists often have the same and often do not. */
const ids = fc
  .uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 30 })
  .map((numbers) => numbers.sort((a, b) => a - b).map((number) => `id-${String(number).padStart(2, '0')}`));
/** A list, and where its pages are cut; two cuts at one place make an empty page. */
const list = fc.record({ ids, cuts: fc.array(fc.nat({ max: 30 }), { maxLength: 6 }) });
type List = { ids: string[]; cuts: number[] };

async function* toPages<Row>({ ids, cuts }: List, onRead: (rows: number) => void): AsyncGenerator<Row[]> {
  const bounds = [0, ...cuts.toSorted((a, b) => a - b), ids.length];
  for (let index = 1; index < bounds.length; index += 1) {
    const page = ids.slice(bounds[index - 1], bounds[index]);
    onRead(page.length);
    const rows = page.map((sagaId) => ({ sagaId })) as Row[];
    yield rows;
    // Whoever reads the pages may still look at the last one.
    expect(rows).toHaveLength(page.length);
  }
}

function toLists(sagas: List, payments: List, reservations: List, onRead: (rows: number) => void = () => {}) {
  const pages: LedgerPages = {
    sagas: toPages(sagas, onRead),
    payments: toPages(payments, onRead),
    reservations: toPages(reservations, onRead),
  };
  return pages;
}

function joinNaively(sagas: string[], payments: string[], reservations: string[]) {
  const all = [...new Set([...sagas, ...payments, ...reservations])].sort();
  const rowIn = (list: string[], sagaId: string) => (list.includes(sagaId) ? { sagaId } : undefined);
  return all.map((sagaId) => ({
    sagaId,
    saga: rowIn(sagas, sagaId),
    payment: rowIn(payments, sagaId),
    reservation: rowIn(reservations, sagaId),
  }));
}

test('gives every id once, in order, with all that the lists have of it, however they are cut into pages', async () => {
  await fc.assert(
    fc.asyncProperty(list, list, list, async (sagas, payments, reservations) => {
      const merged: Ledger[] = [];
      for await (const batch of mergeLedgers(toLists(sagas, payments, reservations))) merged.push(...batch);
      expect(merged).toEqual(joinNaively(sagas.ids, payments.ids, reservations.ids));
    }),
    { numRuns: 1000 },
  );
});

test('holds no more than a page of each list', async () => {
  const pageOf10 = (from: number, count: number) => ({
    ids: Array.from({ length: count }, (_, index) => `id-${String(from + index).padStart(5, '0')}`),
    cuts: Array.from({ length: count / 10 - 1 }, (_, index) => (index + 1) * 10),
  });
  let held = 0;
  let most = 0;
  const lists = toLists(pageOf10(0, 1000), pageOf10(500, 1000), pageOf10(3, 500), (rows) => {
    held += rows;
    most = Math.max(most, held);
  });
  for await (const batch of mergeLedgers(lists)) {
    for (const { saga, payment, reservation } of batch) held -= [saga, payment, reservation].filter(Boolean).length;
  }
  expect(held).toBe(0);
  expect(most).toBeLessThanOrEqual(30);
});

test('a list that fails ends the merge with its error', async () => {
  async function* fail(): AsyncGenerator<never[]> {
    yield [];
    throw new Error('gone');
  }
  const lists = {
    ...toLists({ ids: ['a'], cuts: [] }, { ids: [], cuts: [] }, { ids: [], cuts: [] }),
    payments: fail(),
  };
  await expect(mergeLedgers(lists).next()).rejects.toThrow('gone');
});
