import { join } from 'node:path';
import { repository } from 'stack/postgres-programs';
import { listScenarios } from 'stack/scenarios';
import type { ComposeStack } from './compose-stack.ts';
import { runProgram } from './run-program.ts';

export function playScenarios(stack: () => ComposeStack): void {
  test.each(listScenarios())('%s ends as told', async (scenario) => {
    const { order, payment, inventory } = stack().services;
    await runProgram(join(repository, 'scenarios', scenario), [], {
      ORDER_URL: order.url,
      PAYMENT_URL: payment.url,
      INVENTORY_URL: inventory.url,
    });
  });
}
