import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { createFaultSwitches } from 'service-kit/fault-switches';
import type { Logger } from 'service-kit/logger';
import { type Plumbing, type Service, type ServiceParts, startService } from 'service-kit/service-program';
import { orderApi } from './api.ts';
import { auditRoutes } from './audit/audit-routes.ts';
import { createAuditVerdictStore } from './audit/audit-verdict-store.ts';
import { booksRoutes } from './books/books-routes.ts';
import { createSagaChanges } from './changes/saga-changes.ts';
import type { Config } from './config.ts';
import { crashWhereAsked, listCrashPoints } from './crash-points.ts';
import { createOrderPlacing } from './order-placing.ts';
import { orderRoutes } from './order-routes.ts';
import { createOrderStore, followSagas, insertOrders } from './order-store.ts';
import { pageRoutes } from './page-routes.ts';
import { createAlertWebhook } from './participants/alert-webhook.ts';
import { breakCircuits } from './participants/circuit-breaker.ts';
import { createInventoryProxy } from './participants/inventory-proxy.ts';
import { participantDoors } from './participants/participant-door.ts';
import { createParticipantViews } from './participants/participant-views.ts';
import { createPaymentProxy } from './participants/payment-proxy.ts';
import { placeOrderSaga, stepNames } from './place-order.saga.ts';
import type { PlaceOrder } from './place-order.ts';
import { createSagaCensus } from './saga/saga-census.ts';
import { createSagaEngine } from './saga/saga-engine.ts';
import { createSagaStore } from './saga/saga-store.ts';
import { createSagaAlerts } from './saga-alerts.ts';
import { createSagaGauges } from './saga-gauges.ts';
import { createSagaMetrics, type SagaMetrics } from './saga-metrics.ts';
import { createSagaNarrator } from './saga-narrator.ts';
import { sagaRoutes } from './saga-routes.ts';
import { sagaRowsRoutes } from './saga-rows-routes.ts';
import { createSagaTracing } from './saga-tracing.ts';

/** Starts order-service: migrated, listening, recovering. Throws what kept it from starting. */
export function createService(config: Config): Promise<Service> {
  return startService({
    name: 'order-service',
    config,
    migrations: fileURLToPath(new URL('../../db/order', import.meta.url)),
    api: orderApi,
    build: (plumbing) => buildParts(config, plumbing),
  });
}

function buildParts(config: Config, { db, longReads, logger, registry, tracer }: Plumbing): ServiceParts {
  const metrics = createSagaMetrics(registry);
  const census = createSagaCensus(db, longReads);
  createSagaGauges(registry, census);
  const tracing = tracer && createSagaTracing(tracer);
  const definition = defineSaga(config, logger, metrics);
  const faults = createFaultSwitches(db, {
    enabled: config.faults === 'on',
    names: listCrashPoints(stepNames),
    modes: ['crash'],
  });
  const sagas = createSagaStore<PlaceOrder>(db, {
    leaseMs: config.leaseMs,
    owner: `${hostname()}:${process.pid}`,
    insertAlongside: insertOrders,
    followStatus: followSagas,
  });
  const changes = createSagaChanges({ ...config, db, logger });
  const observers = [createSagaNarrator(logger), metrics.observe, changes.observe];
  if (config.alertWebhookUrl) {
    const send = metrics.countAlerts(createAlertWebhook(config.alertWebhookUrl));
    observers.push(createSagaAlerts(send, logger));
  }
  if (tracing) observers.push(tracing.observe);
  const engine = createSagaEngine<PlaceOrder>({
    ...config,
    definition: tracing ? tracing.traceCalls(definition) : definition,
    store: sagas,
    observe: (saga, event) => {
      for (const observe of observers) observe(saga, event);
    },
    observeDrop: metrics.observeDrop,
    passing: config.faults === 'on' ? crashWhereAsked(faults) : undefined,
    wrapDrive: tracing?.traceDrive,
    logger,
  });
  metrics.watchEngine(engine, config.maxSagasInFlight);
  const orders = createOrderStore(db);
  const verdicts = createAuditVerdictStore(db);
  const participants = createParticipantViews(config.paymentServiceUrl, config.inventoryServiceUrl);
  const placing = createOrderPlacing({ ...config, engine, orders });
  return {
    routes: Router().use(
      orderRoutes(placing, orders),
      sagaRoutes(sagas, engine),
      sagaRowsRoutes(sagas, participants),
      auditRoutes({ ...config, db: longReads, verdicts, logger }),
      booksRoutes({ db: longReads, verdicts, participants }),
      changes.routes,
      faults.routes,
      pageRoutes(),
    ),
    ...(config.faults === 'on' && { rawRoutes: participantDoors(config) }),
    start() {
      changes.start();
      engine.start();
    },
    async drain() {
      placing.drain();
      changes.endStreams();
      await engine.stop();
      await changes.tellRest();
    },
    close: changes.close,
  };
}

function defineSaga(config: Config, logger: Logger, { watchCircuit }: SagaMetrics) {
  const saga = placeOrderSaga(
    createPaymentProxy(config.paymentServiceUrl),
    createInventoryProxy(config.inventoryServiceUrl),
    config,
  );
  return breakCircuits(saga, config, logger, watchCircuit);
}
