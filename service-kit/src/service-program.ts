import type { Router } from 'express';
import { Registry } from 'prom-client';
import { ConfigError, type ServiceConfig } from './config.ts';
import { type Database, type OpenDatabase, openDatabase, pooledRoleSettings } from './database.ts';
import { measureStatements } from './database-metrics.ts';
import { migrateDatabase, tryUntil } from './database-migration.ts';
import { readDatabaseUrl } from './database-url.ts';
import { describeError } from './error-description.ts';
import { createHttpApp } from './http-app.ts';
import { listen } from './http-server.ts';
import { createLogger, type Logger } from './logger.ts';
import type { ApiDescription } from './openapi.ts';
import { openTraceExport } from './trace-export.ts';
import type { Tracer } from './tracing.ts';
import { waitAtMost } from './wait-at-most.ts';

/** A service that listens at `url`. */
export interface Service {
  url: string;
  /** Drains and frees everything; resolves soon after the drain timeout of the configuration at the latest. */
  close(): Promise<void>;
}

/** What a service is built on. */
export interface Plumbing {
  db: Database;
  /** The same database, for reads over whole tables. */
  longReads: Database;
  logger: Logger;
  /** For the service's own metrics. */
  registry: Registry;
  /** Absent where nothing is traced. */
  tracer: Tracer | undefined;
}

/** What a service adds to it. */
export interface ServiceParts {
  routes: Router;
  /** Those that pass a body on as it came. */
  rawRoutes?: Router;
  /** Called once the service listens. */
  start?(): void;
  /** Called when the service is told to stop, while the requests under way still run. */
  drain?(): Promise<void>;
  /** Called last, whether or not the drain came to its end: closes what was opened. */
  close?(): Promise<void>;
}

export interface ServicePlan {
  name: string;
  config: ServiceConfig;
  /** The folder of the SQL migrations. */
  migrations: string;
  api: ApiDescription;
  build(plumbing: Plumbing): ServiceParts;
}

/**
 * Starts a service: migrates its database, then listens.
 * @throws the error of the database or of the port that kept it from starting
 */
export async function startService({ name, config, migrations, api, build }: ServicePlan): Promise<Service> {
  const logger = createLogger(name, config);
  const registry = new Registry();
  const database = await openMigrated(config, migrations, logger, registry);
  const traces = await openTraceExport(name, config, logger);
  const tracer = traces?.tracer;
  const { db, longReads } = database;
  const { routes, rawRoutes, start, drain, close } = build({ db, longReads, logger, registry, tracer });
  const app = createHttpApp({
    ...{ logger, routes, rawRoutes, api, registry, tracer },
    checkReady: database.check,
    databaseTimeoutMs: config.databaseTimeoutMs,
  });
  const free = () => Promise.all([close?.(), database.close(), traces?.close()]);
  const server = await listen(app, config.port).catch(async (error) => {
    await free();
    throw error;
  });
  start?.();
  logger.info('listening', { url: server.url });
  return {
    url: server.url,
    async close() {
      logger.info('draining');
      // What does not drain in time is left behind: another process takes it over.
      const drained = waitAtMost(config.drainTimeoutMs, Promise.resolve(drain?.()));
      await Promise.all([drained, server.close(config.drainTimeoutMs)]);
      await free();
      logger.info('stopped');
    },
  };
}

/** The service's database, migrated, and able to take a statement as all others are sent. */
async function openMigrated(
  config: ServiceConfig,
  migrations: string,
  logger: Logger,
  registry: Registry,
): Promise<OpenDatabase> {
  const { databaseUrl, migrationDatabaseUrl = databaseUrl, databaseConnections, databaseTimeoutMs } = config;
  const giveUpAtMs = performance.now() + config.databaseStartTimeoutMs;
  const pooler = config.databasePooler === 'on';
  const { user } = readDatabaseUrl(databaseUrl);
  await migrateDatabase(migrationDatabaseUrl, migrations, config.databaseStartTimeoutMs, {
    ...(pooler && user && { role: { name: user, settings: pooledRoleSettings } }),
    tell: (line) => logger.warn(line),
  });
  const watch = measureStatements(registry, databaseConnections);
  const database = openDatabase(databaseUrl, databaseConnections, { timeoutMs: databaseTimeoutMs, pooler, watch });
  try {
    // What is before the database may be later than it.
    await tryUntil(giveUpAtMs, database.check);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Runs a service as this process: starts it, and closes it on SIGTERM or SIGINT. A start that fails says why in one
 * line on standard error and exits with 1.
 */
export async function runService(start: () => Promise<Service>): Promise<void> {
  process.once('uncaughtException', (error) => {
    // Node itself would print all of it, the parameters of a query included.
    console.error(`crashed: ${describeError(error)}\n${listFrames(error)}`);
    process.exit(1);
  });
  try {
    const service = await start();
    const fail = (error: unknown) => {
      console.error(`cannot stop in good order: ${describeError(error)}`);
      process.exit(1);
    };
    const stop = () => void service.close().then(() => process.exit(0), fail);
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } catch (error) {
    const reason = error instanceof ConfigError ? `wrong configuration: ${error.message}` : describeError(error);
    console.error(`cannot start: ${reason.replaceAll('\n', ' ')}`);
    process.exit(1);
  }
}

function listFrames({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
}
