import type { Socket } from 'node:net';
import postgres from 'postgres';
import { ConnectionLost, endsConnection, NotAnswered, NotConnected, readOnlyError } from './database-errors.ts';
import { connectToPostgres } from './database-socket.ts';
import type { DatabaseAddress } from './database-url.ts';
import { codeOf, describeError } from './error-description.ts';
import { waitAtMost } from './wait-at-most.ts';

export interface Statement {
  text: string;
  params: unknown[];
  /** Whether rows are arrays of values; objects, if absent. */
  asArrays?: boolean;
  /** Whether the connection is to keep it prepared. */
  prepared?: boolean;
}

/** What the driver adds to the rows of an answer. */
type Answer<Row> = Row[] & { count: number | null; state: { pid: number } };

/** One session of Postgres. It never reconnects: when its connection breaks, it is over. */
export interface DatabaseConnection {
  /**
   * Runs one statement; never two at a time.
   * @throws NotAnswered after `timeoutMs`, or the error of Postgres or of the connection; `endsConnection` tells which
   *   of them end it
   */
  run<Row extends object>(statement: Statement, timeoutMs: number): Promise<Row[]>;
  /** Makes sure that it works and can write. Throws what `run` does, or NotConnected if it cannot write. */
  check(timeoutMs: number): Promise<void>;
  isOpen(): boolean;
  /** When it is to be replaced, by `performance.now()`: sessions of Postgres grow with what they have seen. */
  retiresAtMs: number;
  closed: Promise<void>;
  /** Says goodbye and closes it. */
  end(): Promise<void>;
  /** Closes it as it is. */
  cut(): void;
}

export interface ConnectionPlan {
  address: DatabaseAddress;
  /** Whether a pooler that lends a session for a transaction at a time is between us and Postgres. */
  pooler: boolean;
  /** Settings of the session, such as `lock_timeout`. A pooler is not told of them. */
  settings: Record<string, string | number>;
  onNotification?: (payload: string) => void;
}

const longestLifeMs = 30 * 60_000;

/** Drizzle reads and writes these types itself: the driver passes them on as text. */
const asText = { serialize: (value: unknown) => value, parse: (text: unknown) => text };
const types = {
  date: { to: 1082, from: [1082, 1083, 1114, 1184], ...asText },
  json: { to: 3802, from: [114, 3802], serialize: asText.serialize, parse: JSON.parse },
};

/**
 * Connects to the first of the hosts that lets us in and can write; one that does not is tried last from then on.
 * @param timeoutMs shared by the hosts
 * @throws NotConnected
 */
export async function openConnection(plan: ConnectionPlan, timeoutMs: number): Promise<DatabaseConnection> {
  const { hosts } = plan.address;
  let failure: unknown;
  for (const host of [...hosts]) {
    try {
      return await openAt(plan, host, timeoutMs / hosts.length);
    } catch (error) {
      failure = error;
      hosts.sort((one, other) => Number(one === host) - Number(other === host));
    }
  }
  throw failure instanceof NotConnected ? failure : new NotConnected(failure);
}

async function openAt(
  plan: ConnectionPlan,
  host: DatabaseAddress['hosts'][number],
  timeoutMs: number,
): Promise<DatabaseConnection> {
  const startedAt = performance.now();
  const socket = await connectToPostgres(host, plan.address.tls, AbortSignal.timeout(Math.ceil(timeoutMs)));
  const connection = useConnection(createClient(plan, socket), socket, plan.pooler);
  try {
    await connection.check(Math.max(0, timeoutMs - (performance.now() - startedAt)));
    return connection;
  } catch (error) {
    socket.destroy();
    throw saysPooler(error) ? poolerFound() : error;
  }
}

function createClient({ address, pooler, settings, onNotification }: ConnectionPlan, socket: Socket): postgres.Sql {
  const { user, password, database } = address;
  return postgres({
    ...{ user, password, database, max: 1, ssl: false, fetch_types: false, types },
    // The driver reconnects a client by itself, and then takes much of what was under way for the new session's: so
    // each client has one socket for its life.
    socket: giveOnce(socket),
    // Who uses the connection counts the time.
    connect_timeout: 0,
    max_lifetime: null,
    prepare: !pooler,
    connection: { ...address.settings, ...(!pooler && settings) },
    onnotice: () => {},
    ...(onNotification && { onnotify: (_channel: string, payload: string) => onNotification(payload) }),
  } as postgres.Options<Record<string, postgres.PostgresType>>);
}

function useConnection(client: postgres.Sql, socket: Socket, pooler: boolean): DatabaseConnection {
  let hasFailed = false;
  socket.once('error', () => {
    hasFailed = true;
  });
  const isOpen = () => !hasFailed && socket.readyState === 'open';

  async function run<Row>({ text, params, asArrays, prepared = false }: Statement, timeoutMs: number) {
    const query = client.unsafe(text, params as never[], { prepare: prepared && !pooler });
    try {
      const answering: Promise<unknown> = asArrays ? query.values() : query;
      // Twice: where this process stood still, the answer may be here and not be read yet.
      const wait = (ms: number) => waitAtMost(ms, answering as Promise<Answer<Row>>);
      const answer = (await wait(timeoutMs)) ?? (await wait(10));
      if (!answer) throw new NotAnswered(timeoutMs);
      return closeHoles(answer);
    } catch (error) {
      // Whatever the system, TLS or the driver call it.
      const isLost = !isOpen() && !(error instanceof postgres.PostgresError);
      if (endsConnection(error)) socket.destroy();
      throw isLost ? new ConnectionLost(error) : error;
    }
  }

  async function check(timeoutMs: number): Promise<void> {
    const rows = await run<{ pid: number; readOnly: string }>(
      pooler ? pooledCheckStatement : checkStatement,
      timeoutMs,
    );
    const isReadOnly = rows[0]?.readOnly === 'on';
    const isLent = !pooler && rows[0]?.pid !== rows.state.pid;
    if (!isReadOnly && !isLent) return;
    socket.destroy();
    throw isReadOnly ? readOnlyError() : poolerFound();
  }

  return {
    run,
    check,
    isOpen,
    // Up to twice as late, so that not all are made anew together.
    retiresAtMs: performance.now() + longestLifeMs * (1 + Math.random()),
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
    async end() {
      // On one that broke the driver would wait for what it has given up.
      if (isOpen()) await client.end({ timeout: 0.5 });
      socket.destroy();
    },
    cut: () => void socket.destroy(),
  };
}

/** Sent as all others are. Through a pooler the session that answers is another than the one that was begun. */
const checkStatement: Statement = {
  text: 'SELECT pg_backend_pid() AS pid, current_setting($1) AS "readOnly"',
  params: ['transaction_read_only'],
  prepared: true,
};

/**
 * Through a pooler a session that cannot write is the pooler's to end, which does not know of it: so it ends itself, unless it
 * is a standby's, where the next one is no better.
 */
const pooledCheckStatement: Statement = {
  text: `SELECT pg_backend_pid() AS pid, current_setting($1) AS "readOnly",
    CASE WHEN current_setting($1) = 'on' AND NOT pg_is_in_recovery() THEN pg_terminate_backend(pg_backend_pid()) END`,
  params: ['transaction_read_only'],
};

function poolerFound(): NotConnected {
  const cause = new Error('there is a pooler before the database: set DATABASE_POOLER=on');
  return new NotConnected(Object.assign(cause, { code: 'POOLER' }));
}

/** As pgbouncer refuses settings that it is not told to ignore. */
function saysPooler(error: unknown): boolean {
  return codeOf(error) === '08P01' && describeError(error).includes('startup parameter');
}

function giveOnce(socket: Socket): () => Socket {
  let given = false;
  return () => {
    // Of one that is closed already the driver would hear nothing.
    if (given || socket.readyState !== 'open')
      throw Object.assign(new Error('the connection was closed'), { code: 'CONNECTION_CLOSED' });
    given = true;
    return socket;
  };
}

/** The driver counts on from a result that ended in an error after some rows: those of the next come behind holes. */
function closeHoles<Row>(answer: Answer<Row>): Answer<Row> {
  if (answer.count !== null && answer.length > answer.count) answer.splice(0, answer.length - answer.count);
  return answer;
}
