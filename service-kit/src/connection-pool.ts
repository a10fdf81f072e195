import { setTimeout as sleep } from 'node:timers/promises';
import { type StatementTimeouts, spendBudget } from './database-budget.ts';
import type { DatabaseConnection, Statement } from './database-connection.ts';
import { isReadOnly, NotAnswered, NotConnected } from './database-errors.ts';

export interface ConnectionPool {
  /** How long a statement may take, the wait for a connection included. */
  timeouts: StatementTimeouts;
  /** How much of that belongs to the statement itself: with less left it is not sent. */
  statementMs: number;
  /**
   * Runs a statement on a connection of its own.
   * @param timeoutMs one of the pool's, or what the request has left, if absent
   * @throws NotConnected, NotAnswered, or the error of Postgres or of the connection
   */
  run<Row extends object>(statement: Statement, timeoutMs?: number): Promise<Row[]>;
  /** Makes sure that a statement could be run, also one that writes. Throws what `run` does. */
  check(): Promise<void>;
  /** Waits for nothing that is under way. */
  close(): Promise<void>;
}

export interface ConnectionPoolOptions {
  /** @throws NotConnected */
  open(): Promise<DatabaseConnection>;
  /** The most connections at a time; none is made before it is needed. */
  max: number;
  timeouts: StatementTimeouts;
  /** Longer than Postgres lets a statement take: so it says that nothing was done before it is given up here. */
  statementMs: number;
  /** If given, the statements take long by nature: a connection has to answer in this time before one is sent on it. */
  checkMs?: number;
}

interface Waiting {
  /** Whether it waits until its time is up, whatever an attempt to connect comes to. */
  isPatient: boolean;
  take(connection: DatabaseConnection): void;
  fail(error: NotConnected): void;
}

/** The pause after the first attempt to connect that failed; it doubles up to the longest, which statements wait for. */
const firstPauseMs = 25;
const longestPauseMs = 250;

/**
 * Connections that are used by one statement at a time. One that breaks is thrown away, whoever waits gets another; a
 * database that is away is asked again after growing pauses.
 */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { open, max, timeouts, statementMs, checkMs } = options;
  const connections = new Set<DatabaseConnection>();
  const idle: DatabaseConnection[] = [];
  const waiting = new Set<Waiting>();
  const closing = new AbortController();
  let opening = 0;
  let failures = 0;
  let lastFailure: NotConnected | undefined;

  function acquire(waitMs: number, isPatient: boolean): Promise<DatabaseConnection> {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      if (connection.isOpen()) return Promise.resolve(connection);
    }
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        waiting.delete(one);
      };
      const one: Waiting = {
        isPatient,
        take(connection) {
          settle();
          resolve(connection);
        },
        fail(error) {
          settle();
          reject(error);
        },
      };
      const timer = setTimeout(() => one.fail(lastFailure ?? notConnected('none came free in time')), waitMs);
      waiting.add(one);
      openMore();
    });
  }

  function openMore(): void {
    if (closing.signal.aborted) for (const one of waiting) one.fail(notConnected('the pool is closed'));
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
      lastFailure = undefined;
      connections.add(connection);
      void connection.closed.then(() => {
        connections.delete(connection);
        openMore();
      });
      offer(connection);
    } catch (error) {
      failures += 1;
      // One that is in use, or being made, may still come free.
      if (connections.size === 0 && opening === 1) {
        const failure = error instanceof NotConnected ? error : new NotConnected(error);
        for (const one of waiting) if (!one.isPatient) one.fail(failure);
        lastFailure = failure;
      }
    } finally {
      opening -= 1;
      openMore();
    }
  }

  function offer(connection: DatabaseConnection): void {
    const [first] = waiting;
    if (closing.signal.aborted) void connection.end();
    else if (first) first.take(connection);
    else idle.push(connection);
  }

  function giveBack(connection: DatabaseConnection): void {
    if (!connection.isOpen()) return;
    if (performance.now() > connection.retiresAtMs) void connection.end();
    else offer(connection);
  }

  async function use<T>(timeoutMs: number, work: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    const waitMs = timeoutMs - statementMs;
    if (waitMs < 0) throw notConnected('too little time is left');
    // What goes on in the background gains nothing by being told at once.
    const connection = await acquire(waitMs, timeoutMs > timeouts.requestMs);
    try {
      if (checkMs !== undefined) await connection.check(checkMs);
      return await work(connection);
    } catch (error) {
      // The others lead to the same database, and are probably no better.
      if (error instanceof NotAnswered || isReadOnly(error)) for (const other of idle.splice(0)) void other.end();
      throw error;
    } finally {
      giveBack(connection);
    }
  }

  function useInTime<T>(timeoutMs: number | undefined, work: Parameters<typeof use<T>>[1]): Promise<T> {
    if (timeoutMs !== undefined) return use(timeoutMs, work);
    // What takes long is no part of what a request may take.
    if (checkMs !== undefined) return use(timeouts.requestMs, work);
    return spendBudget(timeouts, (leftMs) => use(leftMs, work));
  }

  return {
    timeouts,
    statementMs,
    run: <Row extends object>(statement: Statement, timeoutMs?: number) =>
      useInTime(timeoutMs, (connection) => connection.run<Row>(statement, statementMs)),
    check: () => useInTime(undefined, (connection) => connection.check(statementMs)),
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
