import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import type { Database } from 'service-kit/database';
import type { Logger } from 'service-kit/logger';
import { type Service, type ServiceParts, startService } from 'service-kit/service-program';
import { orderApi } from './api.ts';
import type { Config } from './config.ts';
import { createOrderPlacing } from './order-placing.ts';
import { orderRoutes } from './order-routes.ts';
import { createOrderStore, followSaga } from './order-store.ts';
import { createInventoryProxy } from './participants/inventory-proxy.ts';
import { createPaymentProxy } from './participants/payment-proxy.ts';
import { placeOrderSaga } from './place-order.saga.ts';
import type { PlaceOrder } from './place-order.ts';
import { createSagaEngine } from './saga/saga-engine.ts';
import { createSagaStore } from './saga/saga-store.ts';
import { createSagaNarrator } from './saga-narrator.ts';
import { sagaRoutes } from './saga-routes.ts';

/** Starts order-service: migrated, listening, recovering. Throws what kept it from starting. */
export function createService(config: Config): Promise<Service> {
  return startService({
    name: 'order-service',
    config,
    migrations: fileURLToPath(new URL('../../db/order', import.meta.url)),
    api: orderApi,
    build: (db, logger) => buildParts(config, db, logger),
  });
}

function buildParts(config: Config, db: Database, logger: Logger): ServiceParts {
  const payment = createPaymentProxy(config.paymentServiceUrl);
  const inventory = createInventoryProxy(config.inventoryServiceUrl);
  const sagas = createSagaStore<PlaceOrder>(db, {
    leaseMs: config.leaseMs,
    owner: `${hostname()}:${process.pid}`,
    followStatus: followSaga,
  });
  const engine = createSagaEngine<PlaceOrder>({
    ...config,
    definition: placeOrderSaga(payment, inventory, config),
    store: sagas,
    observe: createSagaNarrator(logger),
    logger,
  });
  const orders = createOrderStore(db);
  const placing = createOrderPlacing({ ...config, engine, orders });
  return {
    routes: Router().use(orderRoutes(placing, orders), sagaRoutes(sagas)),
    start: engine.start,
    async drain() {
      placing.drain();
      await engine.stop();
    },
  };
}
