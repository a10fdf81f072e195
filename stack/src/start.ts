import { join } from 'node:path';
import { requireFreePort } from './free-port.ts';
import { workFolder } from './postgres-programs.ts';
import { onceToldToEnd } from './signals.ts';
import { type Stack, serviceNames, startStack } from './stack.ts';

// `make start`: the whole system on this machine without Docker, until Ctrl-C.
const variables = { order: 'ORDER_PORT', payment: 'PAYMENT_PORT', inventory: 'INVENTORY_PORT' } as const;
const ports = {
  order: Number(process.env[variables.order] || 8000),
  payment: Number(process.env[variables.payment] || 8001),
  inventory: Number(process.env[variables.inventory] || 8002),
};

let starting: Promise<Stack> | undefined;
let told = false;
onceToldToEnd(async () => {
  told = true;
  const stack = await starting?.catch(() => undefined);
  await stack?.stop();
  console.log('all stopped');
  process.exit(0);
});

try {
  for (const name of serviceNames) await requireFreePort(ports[name], variables[name]);
  const folder = process.env['DATA_FOLDER'] || join(workFolder(), 'start');
  const orderReplicas = Number(process.env['ORDER_REPLICAS'] || 1);
  starting = startStack({ folder, ports, toTerminal: true, durable: true, orderReplicas, notify: console.log });
  const { order, payment, inventory } = (await starting).doors;
  console.log(
    `ready: order-service ${order.url}, payment-service ${payment.url}, inventory-service ${inventory.url}; Ctrl-C stops all`,
  );
} catch (error) {
  // What was interrupted is no mistake.
  if (!told) {
    console.error(`cannot start: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
