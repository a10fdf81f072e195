import type { QueryDatabase } from './books.ts';
import type { OfEach } from './stack.ts';
import type { StormLinks } from './storm-links.ts';

/** A process, or a container, that the storm may strike. */
export interface StormPart {
  name: string;
  kind: 'order' | 'database' | 'other';
  /** As `kill -9` would. It stays down. */
  kill(): Promise<void>;
  /** Starts what is down. */
  start(): Promise<void>;
  /** Ends it in good order and starts it again. */
  restart(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** The whole system as the storm finds it. */
export interface StormTarget {
  doors: OfEach<{ url: string }>;
  parts: StormPart[];
  /** The links between them, where they can be disturbed. */
  links: StormLinks | undefined;
  query: QueryDatabase;
  /** How long a pause has to be for others to take over. */
  leaseMs: number;
  /** Where to look when something is off. */
  logs: string;
  /** @param keep whether what tells of a failure is to stay */
  remove(keep: boolean): Promise<void>;
}

/** Patience and leases as short as a storm needs them: many takeovers in a minute. */
export const stormSettings = {
  LEASE_MS: '2000',
  RECOVERY_INTERVAL_MS: '200',
  ORDER_WAIT_MS: '4000',
  ACTION_TIMEOUT_MS: '1000',
  COMPENSATION_TIMEOUT_MS: '1000',
  COMPENSATION_BACKOFF_FIRST_MS: '100',
  COMPENSATION_BACKOFF_MAX_MS: '1000',
  SAGA_DEADLINE_MS: '10000',
};
