import type { Examples } from 'service-kit/openapi';

const sagaId = '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47';

export const reserveExamples: Examples = {
  'inventory-on-its-own': {
    summary: 'A reservation without an orchestrator',
    value: { sagaId, productId: 'kite', quantity: 3 },
  },
};

export const releaseExamples: Examples = {
  'inventory-on-its-own': { summary: 'Its release', value: { sagaId } },
};

export const stockExamples: Examples = {
  'inventory-on-its-own': { summary: 'Ten come into the shop', value: { available: 10 } },
};

export const faultExamples: Examples = {
  'reserve-fails': { summary: 'Of `reserve`: it fails once', value: { mode: 'error', times: 1 } },
};
