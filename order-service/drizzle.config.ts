import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/order-schema.ts',
    './src/saga/saga-schema.ts',
    './src/audit/audit-verdict-schema.ts',
    '../service-kit/src/fault-schema.ts',
  ],
  out: '../db/order',
});
