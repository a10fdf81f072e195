import type { Order, SagaStatus } from './service-api.ts';

/** How a status is shown: the class gives the colour, the mark and the word say the same without it. */
export interface StatusLook {
  outcome: 'succeeded' | 'rejected' | 'unknown' | 'compensating' | 'stuck' | 'pending';
  mark: string;
  meaning: string;
}

export const statusLooks: Record<SagaStatus, StatusLook> = {
  STARTED: { outcome: 'pending', mark: '…', meaning: 'on its way' },
  COMPLETED: { outcome: 'succeeded', mark: '✓', meaning: 'every step is done' },
  COMPENSATING: { outcome: 'compensating', mark: '↶', meaning: 'being undone' },
  COMPENSATED: { outcome: 'compensating', mark: '↶', meaning: 'everything is undone' },
  COMPENSATION_STUCK: { outcome: 'stuck', mark: '!', meaning: 'waits for a person' },
  RESOLVED: { outcome: 'pending', mark: '–', meaning: 'closed by hand' },
};

/** One sentence on how an order ended. */
export function tellEnd({ quantity, itemName, status, sagaStatus }: Order): string {
  return `The order of ${quantity} × ${itemName} is ${status}: ${statusLooks[sagaStatus].meaning}.`;
}
