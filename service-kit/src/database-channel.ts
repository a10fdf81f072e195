import { setTimeout as sleep } from 'node:timers/promises';
import { createConnectionPool } from './connection-pool.ts';
import { sessionSettings } from './database.ts';
import { type DatabaseConnection, openConnection } from './database-connection.ts';
import { readDatabaseUrl } from './database-url.ts';
import { describeError } from './error-description.ts';
import { waitAtMost } from './wait-at-most.ts';

/** What one process tells all that listen to the same channel of the database, itself included. */
export interface DatabaseChannel {
  notify(message: string): Promise<void>;
  /**
   * Listens until the channel is closed, whatever the database does.
   * @param onListening called whenever listening begins, also again after the connection was lost: what was said
   *   meanwhile was not heard
   */
  listen(onMessage: (message: string) => void, onListening: () => void): void;
  close(): Promise<void>;
}

export interface ChannelOptions {
  /** Past a pooler, which would lend the listening session to others. */
  url: string;
  /** Whether it leads through a pooler all the same. */
  pooler: boolean;
  name: string;
  timeoutMs: number;
  /** Told in one line why nothing is heard, once for each time. */
  tell(line: string): void;
}

/** After a connection that was lost. */
const pauseMs = 200;
/** A connection on which nothing is said is dead for no longer than this before it is noticed. */
const beatIntervalMs = 15_000;
const closeTimeoutMs = 500;

/** A channel of Postgres's NOTIFY, on two connections of its own: one tells, one listens. */
export function openChannel({ url, pooler, name, timeoutMs, tell }: ChannelOptions): DatabaseChannel {
  // A notification leaves nothing behind that would have to be safe on disk.
  const settings = { ...sessionSettings(timeoutMs / 3), synchronous_commit: 'off' };
  const plan = { address: readDatabaseUrl(url), pooler, settings };
  const notifying = createConnectionPool({
    open: () => openConnection(plan, timeoutMs),
    ...{ max: 1, timeouts: { requestMs: timeoutMs, backgroundMs: timeoutMs }, statementMs: timeoutMs / 2 },
  });
  const listenStatement = { text: `LISTEN "${name}"`, params: [] };
  const closing = new AbortController();
  let listening: Promise<void> | undefined;

  async function keepListening(onMessage: (message: string) => void, onListening: () => void): Promise<void> {
    let isTold = false;
    while (!closing.signal.aborted) {
      try {
        const connection = await openConnection({ ...plan, onNotification: onMessage }, timeoutMs);
        await listenOn(connection, () => {
          isTold = false;
          onListening();
        });
      } catch (error) {
        if (!isTold) tell(`other processes are not heard of: ${describeError(error)}`);
        isTold = true;
      }
      await pause(pauseMs);
    }
  }

  /** Resolves when the channel is closed, or throws when the connection is found to be dead. */
  async function listenOn(connection: DatabaseConnection, onListening: () => void): Promise<void> {
    try {
      for (let isFirst = true; !closing.signal.aborted; isFirst = false) {
        await connection.run(listenStatement, timeoutMs);
        if (isFirst) onListening();
        await Promise.race([pause(beatIntervalMs), connection.closed]);
      }
    } finally {
      connection.cut();
    }
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal }).catch(() => {});

  return {
    notify: async (message) =>
      void (await notifying.run({ text: 'SELECT pg_notify($1, $2)', params: [name, message] })),
    listen(onMessage, onListening) {
      listening = keepListening(onMessage, onListening);
    },
    async close() {
      closing.abort();
      // A connection that is still being made is given up as soon as it is there.
      await Promise.all([notifying.close(), waitAtMost(closeTimeoutMs, Promise.resolve(listening))]);
    },
  };
}
