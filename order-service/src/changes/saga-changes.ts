import type { Router } from 'express';
import { type Database, readClock } from 'service-kit/database';
import { type DatabaseChannel, openChannel } from 'service-kit/database-channel';
import type { Logger } from 'service-kit/logger';
import type { SagaObserver } from '../saga/saga-driver.ts';
import { createChangeFeed } from './change-feed.ts';
import { changeRoutes } from './change-routes.ts';
import { createChangeTeller } from './change-teller.ts';

export interface SagaChangesOptions {
  db: Database;
  databaseUrl: string;
  directDatabaseUrl?: string | undefined;
  databasePooler: 'on' | 'off';
  databaseTimeoutMs: number;
  changeIntervalMs: number;
  changeBeatIntervalMs: number;
  maxChangeReaders: number;
  logger: Logger;
}

export interface SagaChanges {
  observe: SagaObserver<unknown>;
  routes: Router;
  start(): void;
  /** Takes no reader any more, and lets those that are here go. */
  endStreams(): void;
  /** Tells the others of what they have not been told yet. */
  tellRest(): Promise<void>;
  close(): Promise<void>;
}

/** Lets the readers of every process hear of what any process did to a saga. */
export function createSagaChanges(options: SagaChangesOptions): SagaChanges {
  const { db, changeIntervalMs, changeBeatIntervalMs, maxChangeReaders, logger } = options;
  const channel = openChannelOf(options);
  const teller = createChangeTeller({
    tell: (since) => channel.notify(since.toISOString()),
    intervalMs: changeIntervalMs,
    logger,
  });
  const feed = createChangeFeed({
    readClock: () => readClock(db),
    maxReaders: maxChangeReaders,
    beatIntervalMs: changeBeatIntervalMs,
    logger,
  });

  function hear(message: string): void {
    const since = new Date(message);
    // Whoever reaches the database can notify, too.
    if (!Number.isNaN(since.getTime())) feed.tell(since);
  }

  return {
    observe: (_saga, event) => teller.noteEvent(event.at),
    routes: changeRoutes(feed),

    start() {
      channel.listen(hear, feed.catchUp);
      feed.start();
    },

    endStreams: feed.stop,

    tellRest: teller.tellOnce,

    async close() {
      teller.stop();
      await channel.close();
    },
  };
}

function openChannelOf(options: SagaChangesOptions): DatabaseChannel {
  const { databaseUrl, directDatabaseUrl, databasePooler, databaseTimeoutMs: timeoutMs, logger } = options;
  const pooler = databasePooler === 'on' && directDatabaseUrl === undefined;
  if (pooler) logger.warn('other processes are heard of late: no DIRECT_DATABASE_URL leads past the pooler');
  const tell = (line: string) => logger.warn(line);
  return openChannel({ url: directDatabaseUrl ?? databaseUrl, pooler, name: 'saga_changes', timeoutMs, tell });
}
