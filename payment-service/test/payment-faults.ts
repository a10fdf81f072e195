import type { FaultyOperation } from '../../service-kit/test/fault-service.ts';

export const charge: FaultyOperation = {
  name: 'charge',
  path: '/payments/charge',
  batchPath: '/payments/batch',
  body: (sagaId) => ({ sagaId, orderId: 'order-1', amount: 10 }),
  row: (sagaId) => `/payments/${sagaId}`,
  before: undefined,
  after: 'CHARGED',
};

export const refund: FaultyOperation = {
  name: 'refund',
  path: '/payments/refund',
  batchPath: '/payments/batch',
  body: (sagaId) => ({ sagaId, reason: 'cancelled' }),
  row: charge.row,
  before: 'CHARGED',
  after: 'REFUNDED',
  prior: charge,
};
