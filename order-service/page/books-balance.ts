import type { Books } from './service-api.ts';

/** What the books come to. */
export interface Balance {
  /** Charged and not refunded; null while payment-service cannot be reached. */
  kept: number | null;
  /** What was kept beyond the COMPLETED orders. */
  difference: number | null;
  /** What the difference comes from, in a sentence. */
  explanation: string;
}

/** Compares the money that was kept with the orders that were completed. */
export function balanceBooks({ payment, completed, sagas }: Books): Balance {
  if (payment.charged === null || payment.refunded === null) {
    return {
      kept: null,
      difference: null,
      explanation: 'Nothing can be said while payment-service cannot be reached.',
    };
  }
  // Sums of cents that went through floating point are rounded back to cents.
  const kept = Math.round((payment.charged - payment.refunded) * 100) / 100;
  const difference = Math.round((kept - completed) * 100) / 100;
  return { kept, difference, explanation: explain(difference, sagas) };
}

function explain(difference: number, sagas: Books['sagas']): string {
  const inFlight = sagas.STARTED + sagas.COMPENSATING;
  const holders = [
    [inFlight, 'in flight'],
    [sagas.COMPENSATION_STUCK, 'stuck'],
    [sagas.RESOLVED, 'resolved by hand'],
  ] as const;
  const named = holders.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (difference === 0) return 'What was kept is what was sold.';
  if (difference < 0 && inFlight > 0)
    return `The books are read one after another while sagas move: ${inFlight} in flight.`;
  if (difference > 0 && named.length > 0)
    return `Held by sagas that are neither completed nor undone: ${named.join(', ')}.`;
  return 'No saga explains this: run the audit, it names what is wrong.';
}
