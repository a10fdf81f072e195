import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inventoryApi } from 'inventory-service/api';
import { orderApi } from 'order-service/api';
import { paymentApi } from 'payment-service/api';
import { toProblemsPage } from './problems-page.ts';

const page = fileURLToPath(new URL('../../docs/problems.md', import.meta.url));
writeFileSync(page, toProblemsPage([orderApi, paymentApi, inventoryApi]));
