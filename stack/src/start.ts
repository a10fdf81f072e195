import { join } from 'node:path';
import { requireFreePort } from './free-port.ts';
import { workFolder } from './postgres-programs.ts';
import { startStack } from './stack.ts';

// `make start`: the whole system on this machine without Docker, until Ctrl-C.
const variables = { order: 'ORDER_PORT', payment: 'PAYMENT_PORT', inventory: 'INVENTORY_PORT' } as const;
const ports = {
  order: Number(process.env[variables.order] ?? 8000),
  payment: Number(process.env[variables.payment] ?? 8001),
  inventory: Number(process.env[variables.inventory] ?? 8002),
};

try {
  for (const name of ['order', 'payment', 'inventory'] as const) await requireFreePort(ports[name], variables[name]);
  const stack = await startStack({ folder: join(workFolder(), 'start'), ports, toTerminal: true, durable: true });
  const stop = () => void stack.stop().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const { order, payment, inventory } = stack.services;
  console.log(
    `ready: order-service ${order.url}, payment-service ${payment.url}, inventory-service ${inventory.url}; Ctrl-C stops all`,
  );
} catch (error) {
  console.error(`cannot start: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
