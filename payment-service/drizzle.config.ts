import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/schema.ts', '../service-kit/src/fault-schema.ts'],
  out: '../db/payment',
});
