import type { FaultInjection } from 'service-kit/fault-injection';

/** The operations that can be made to fail on purpose. */
export const faultNames = ['charge', 'refund'] as const;
export type Faults = FaultInjection<(typeof faultNames)[number]>;
