import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConnection, Statement } from './database-connection.ts';
import { isReadOnly, NotAnswered, NotConnected } from './database-errors.ts';

export interface ConnectionPool {
  /** How long a statement may take, unless told otherwise. */
  timeoutMs: number;
  /**
   * Runs a statement on a connection of its own.
   * @param timeoutMs counts the wait for a connection, too; that of the pool if absent
   * @throws NotConnected, NotAnswered, or the error of Postgres or of the connection
   */
  run<Row extends object>(statement: Statement, timeoutMs?: number): Promise<Row[]>;
  /** Makes sure that a statement could be run, also one that writes. Throws what `run` does. */
  check(): Promise<void>;
  /** Waits for nothing that is under way. */
  close(): Promise<void>;
}

export interface ConnectionPoolOptions {
  /** @throws NotConnected, well before a statement's time is up */
  open(): Promise<DatabaseConnection>;
  /** The most connections at a time; none is made before it is needed. */
  max: number;
  /** How long a statement may take. */
  timeoutMs: number;
  /** If given, each connection has to answer within this time before a statement is sent on it. */
  checkMs?: number | undefined;
}

interface Waiting {
  take(connection: DatabaseConnection): void;
  fail(error: NotConnected): void;
}

/** The pause after the first attempt to connect that failed; it doubles up to the longest, which statements wait for. */
const firstPauseMs = 25;
const longestPauseMs = 250;
/** Sessions of Postgres grow with what they have seen. Up to twice as long, so that not all end together. */
const longestLifeMs = 30 * 60_000;

/**
 * Connections that are used by one statement at a time. One that breaks is thrown away, whoever waits gets another; a
 * database that is away is asked again after growing pauses.
 */
export function createConnectionPool({
  open,
  max,
  timeoutMs: usualMs,
  checkMs,
}: ConnectionPoolOptions): ConnectionPool {
  const connections = new Set<DatabaseConnection>();
  const idle: DatabaseConnection[] = [];
  const waiting = new Set<Waiting>();
  const closing = new AbortController();
  let opening = 0;
  let failures = 0;

  function acquire(giveUpAtMs: number): Promise<DatabaseConnection> {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      if (connection.isOpen()) return Promise.resolve(connection);
    }
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        waiting.delete(one);
      };
      const one: Waiting = {
        take(connection) {
          settle();
          resolve(connection);
        },
        fail(error) {
          settle();
          reject(error);
        },
      };
      const timer = setTimeout(() => one.fail(notConnected('none came free in time')), giveUpAtMs - performance.now());
      waiting.add(one);
      openMore();
    });
  }

  function openMore(): void {
    if (closing.signal.aborted) failWaiting(notConnected('the pool is closed'));
    // While the database does not let us in, one attempt at a time asks for all.
    const most = failures > 0 ? 1 : waiting.size;
    while (waiting.size > 0 && opening < most && connections.size + opening < max) void openOne();
  }

  /** Never rejects. */
  async function openOne(): Promise<void> {
    opening += 1;
    try {
      if (failures > 0) await sleep(pauseMs(failures), undefined, { signal: closing.signal });
      const connection = await open();
      failures = 0;
      connections.add(connection);
      void connection.closed.then(() => {
        connections.delete(connection);
        openMore();
      });
      offer(connection);
    } catch (error) {
      failures += 1;
      // One that is in use may still come free.
      if (connections.size === 0) failWaiting(error instanceof NotConnected ? error : new NotConnected(error));
    } finally {
      opening -= 1;
      openMore();
    }
  }

  function failWaiting(error: NotConnected): void {
    for (const one of waiting) one.fail(error);
  }

  function offer(connection: DatabaseConnection): void {
    const [first] = waiting;
    if (closing.signal.aborted) void connection.end();
    else if (first) first.take(connection);
    else idle.push(connection);
  }

  function giveBack(connection: DatabaseConnection): void {
    if (!connection.isOpen()) return;
    const ageMs = performance.now() - connection.openedAtMs;
    if (ageMs > longestLifeMs * (1 + Math.random())) void connection.end();
    else offer(connection);
  }

  async function use<T>(
    work: (connection: DatabaseConnection, timeoutMs: number) => Promise<T>,
    timeoutMs: number,
  ): Promise<T> {
    const giveUpAtMs = performance.now() + timeoutMs;
    const connection = await acquire(giveUpAtMs);
    try {
      if (checkMs !== undefined) await connection.check(checkMs);
      return await work(connection, giveUpAtMs - performance.now());
    } catch (error) {
      // The others lead to the same database, and are probably no better.
      if (error instanceof NotAnswered || isReadOnly(error)) for (const other of idle.splice(0)) void other.end();
      throw error;
    } finally {
      giveBack(connection);
    }
  }

  return {
    timeoutMs: usualMs,
    run: <Row extends object>(statement: Statement, timeoutMs = usualMs) =>
      use((connection, leftMs) => connection.run<Row>(statement, leftMs), timeoutMs),
    check: () => use((connection, leftMs) => connection.check(leftMs), usualMs),
    async close() {
      closing.abort();
      openMore();
      const [free, used] = [idle, [...connections].filter((connection) => !idle.includes(connection))];
      for (const connection of used) connection.cut();
      await Promise.all(free.map((connection) => connection.end()));
    },
  };
}

function notConnected(reason: string): NotConnected {
  return new NotConnected(Object.assign(new Error(reason), { code: 'CONNECT_TIMEOUT' }));
}

function pauseMs(failures: number): number {
  return Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs) * (0.5 + Math.random() / 2);
}
