import type { Faults } from './page-state.ts';
import type { FaultSwitch, ServiceApi, ServiceName } from './service-api.ts';
import { ServiceError } from './service-error.ts';

/** The switches of all three services, or `off` where order-service knows of none. */
export async function readFaults(api: ServiceApi): Promise<Faults | 'off'> {
  const order = await api.listFaults('order').catch(offWhereUnknown);
  if (order === 'off') return 'off';
  const [payment, inventory] = await Promise.all([readOfParticipant('payment'), readOfParticipant('inventory')]);
  return { order: order.items, payment, inventory };

  /** A participant that is away has no say in whether the page is connected. */
  async function readOfParticipant(name: ServiceName): Promise<FaultSwitch[] | null> {
    return api.listFaults(name).then(
      ({ items }) => items,
      () => null,
    );
  }
}

function offWhereUnknown(error: unknown): 'off' {
  if (error instanceof ServiceError && error.status === 404) return 'off';
  throw error;
}
