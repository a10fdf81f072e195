import type { FaultyOperation } from '../../service-kit/test/fault-service.ts';

export const reserve: FaultyOperation = {
  name: 'reserve',
  path: '/inventory/reserve',
  batchPath: '/inventory/batch',
  body: (sagaId) => ({ sagaId, productId: 'apple', quantity: 3 }),
  row: (sagaId) => `/inventory/${sagaId}`,
  before: undefined,
  after: 'RESERVED',
};

export const release: FaultyOperation = {
  name: 'release',
  path: '/inventory/release',
  batchPath: '/inventory/batch',
  body: (sagaId) => ({ sagaId }),
  row: reserve.row,
  before: 'RESERVED',
  after: 'RELEASED',
  prior: reserve,
};
