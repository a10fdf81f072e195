import { isDeepStrictEqual } from 'node:util';
import type { Audit } from './audit-messages.ts';
import { toAudit } from './audit-report.ts';
import { type AuditTally, createAuditTally } from './audit-tally.ts';
import { type AuditSources, walkLedgers } from './audit-walk.ts';
import { describeProduct, findUnbalancedProducts, judgeSums } from './balance-judge.ts';

/** Audits once. Throws Problem audit-incomplete. */
export async function runAudit(sources: AuditSources): Promise<Audit> {
  const startedMs = performance.now();
  const startedAt = await sources.sagas.readClock();
  const tally = createAuditTally();
  const before = await readTotals(sources);
  await walkLedgers(sources, startedAt, tally);
  const after = await readTotals(sources);
  await walkProducts(sources, tally);
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
  const [money, { reserved, ...stock }] = await Promise.all([payments.readTotals(), inventory.readTotals()]);
  return { ...money, ...stock, reservedUnits: reserved };
}

/**
 * Goes through all products, and counts those whose stock is wrong on a second look, too. Pages are read at moments of their
 * own, which does no harm: what is compared is within one product, and each is of one moment.
 */
async function walkProducts({ inventory }: AuditSources, tally: AuditTally): Promise<void> {
  for await (const { items, readAgain } of inventory.productPages()) {
    const suspects = new Set(findUnbalancedProducts(items).map(({ id }) => id));
    if (suspects.size === 0) continue;
    for (const product of findUnbalancedProducts(await readAgain())) {
      if (suspects.has(product.id)) tally.discrepancies.add({ sagaId: null, ...describeProduct(product) });
    }
  }
}
