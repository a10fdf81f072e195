import type { Latencies } from './latencies.ts';
import type { Mix } from './order-mix.ts';

/** What the load generator is asked to do. */
export interface LoadPlan {
  orderUrl: string;
  mix: Mix;
  /** How many products the orders are spread over. */
  products: number;
  /** So many clients, each of which orders again as soon as it is answered; or so many orders a second, come what may. */
  pace: { clients: number } | { ordersPerSecond: number };
  /** When to begin no more, if not only when told to stop. */
  until: { seconds?: number; orders?: number };
  /** Have every order answered before its saga is over. */
  respondAsync?: boolean;
  /** Whether a 503 is an answer to be counted; otherwise it is a mistake, as everything else that was not expected. */
  mayBeRefused?: boolean;
}

/** What came of it. */
export interface LoadResult {
  /** Until the last answer. */
  seconds: number;
  /** In milliseconds, as are those of the refused. */
  accepted: Latencies;
  refused: Latencies;
  /** The first answer that was not as expected; the load ended with it. */
  mistake: string | null;
}
