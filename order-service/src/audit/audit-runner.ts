import { isDeepStrictEqual } from 'node:util';
import type { Audit } from './audit-messages.ts';
import { toAudit } from './audit-report.ts';
import { createAuditTally } from './audit-tally.ts';
import { type AuditSources, walkLedgers } from './audit-walk.ts';
import { describeProduct, findUnbalancedProducts, judgeSums, type ProductTotals } from './balance-judge.ts';

/** Audits one at a time: whoever asks while one runs shares it. Throws Problem audit-incomplete. */
export function createAuditRunner(sources: AuditSources): () => Promise<Audit> {
  let running: Promise<Audit> | undefined;
  return () => {
    running ??= runAudit(sources).finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function runAudit(sources: AuditSources): Promise<Audit> {
  const startedMs = performance.now();
  const startedAt = await sources.sagas.readClock();
  const tally = createAuditTally();
  const before = await readTotals(sources);
  await walkLedgers(sources, startedAt, tally);
  const after = await readTotals(sources);
  for (const product of await findLostStock(sources, after.products)) {
    tally.discrepancies.add({ sagaId: null, ...describeProduct(product) });
  }
  const inFlight = Math.max(tally.sums.inFlight, await sources.sagas.countMoving(startedAt));
  // The sums are taken at different moments: they can be compared only if none of them changed in between.
  const quiet = inFlight === 0 && isDeepStrictEqual(before, after);
  if (quiet) {
    for (const finding of judgeSums(tally.sums, after)) tally.discrepancies.add({ sagaId: null, ...finding });
  }
  const durationMs = Math.round(performance.now() - startedMs);
  return toAudit({ startedAt: new Date(startedAt), durationMs, quiet, inFlight, totals: after, tally });
}

async function readTotals({ payments, inventory }: AuditSources) {
  const [money, { products }] = await Promise.all([payments.readTotals(), inventory.readTotals()]);
  return { ...money, products, reservedUnits: products.reduce((sum, { reserved }) => sum + reserved, 0) };
}

/** Products whose stock is wrong on a second look, too. */
async function findLostStock({ inventory }: AuditSources, products: ProductTotals[]): Promise<ProductTotals[]> {
  const suspects = new Set(findUnbalancedProducts(products).map(({ id }) => id));
  if (suspects.size === 0) return [];
  const again = await inventory.readTotals();
  return findUnbalancedProducts(again.products).filter(({ id }) => suspects.has(id));
}
