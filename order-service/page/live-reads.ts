import { type ChangeFeed, openChangeFeed } from './change-feed.ts';
import { isAnyOn, readFaults } from './fault-reads.ts';
import { readChangedOrders, readLatestOrders } from './latest-orders.ts';
import { isRunning, mergeOrders, refreshRows, replaceOrders } from './order-list.ts';
import { createPacedReader } from './paced-reader.ts';
import type { PageStore } from './page-state.ts';
import { tellEnd } from './saga-words.ts';
import type { ServiceApi } from './service-api.ts';
import { learnTime, serviceNow } from './service-clock.ts';
import { ServiceError } from './service-error.ts';
import { readStuckSagas } from './stuck-sagas.ts';

/** Earlier than every time: everything is read anew. */
const fromScratch = '';
/** A person sees no difference to more reads a second. */
const changesGapMs = 250;
/** Rows that move more often cannot be read. */
const rowsGapMs = 500;
const summaryGapMs = 1_000;
const retryMs = 1_000;
/** A connection can be dead without the browser being told. */
const checkIntervalMs = 30_000;
/** A participant that comes back changes no saga: it is asked for again. */
const awayIntervalMs = 3_000;

export interface LiveReads {
  /** Reads the chosen saga again. */
  readChosen(): void;
  /** Reads the stuck sagas, the books and the switches again. */
  readSummary(): void;
  /** The rows of the list stand still until they are let go. */
  holdRows(): void;
  releaseRows(): void;
}

/** Keeps the state as the services have it, from now on, for as long as the page is visible. */
export function startLiveReads(api: ServiceApi, store: PageStore): LiveReads {
  let feed: ChangeFeed | undefined;
  let lastSince = fromScratch;
  let feedIsOpen = false;
  const failing = new Set<string>();

  const changes = createPacedReader<string>({
    read: (since) => watchFailure('changes', () => readChanges(since)),
    merge: (older, newer) => [older, newer].toSorted()[0] ?? fromScratch,
    gapMs: changesGapMs,
    retryMs,
  });
  const chosen = createPacedReader<string>({
    read: (id) => watchFailure('chosen', () => readChosen(id)),
    merge: (_older, newer) => newer,
    gapMs: changesGapMs / 2,
    retryMs,
  });
  const summary = createPacedReader<'changed' | 'all'>({
    read: (what) => watchFailure('summary', () => readSummary(what)),
    merge: (older, newer) => (older === 'all' ? older : newer),
    gapMs: summaryGapMs,
    retryMs,
  });
  const rows = createPacedReader<true>({
    read: async () => store.update({ orders: refreshRows(store.state.orders) }),
    merge: () => true,
    gapMs: rowsGapMs,
    retryMs,
  });

  async function readChanges(since: string): Promise<void> {
    const changed = since === fromScratch ? undefined : await readChangedOrders(api, since);
    const orders = changed ?? (await readLatestOrders(api));
    if (orders.length === 0 && changed) return;
    const { orders: list, chosen: current } = store.state;
    store.update({ orders: changed ? mergeOrders(list, orders) : replaceOrders(list, orders) });
    rows.want(true);
    summary.want('changed');
    if (current && (!changed || orders.some(({ sagaId }) => sagaId === current.id))) chosen.want(current.id);
  }

  async function readChosen(id: string): Promise<void> {
    if (store.state.chosen?.id !== id) return;
    try {
      const saga = await api.findSaga(id);
      const [order, sagaRows] = await Promise.all([api.findOrder(saga.orderId), api.findRows(id)]);
      const before = store.state.chosen;
      // Another one may have been chosen meanwhile.
      if (before?.id !== id) return;
      const ended = before.order && isRunning(before.order) && !isRunning(order);
      store.update({
        chosen: { id, saga, order, rows: sagaRows },
        now: serviceNow(),
        ...(ended && { announcement: tellEnd(order) }),
      });
      if (isAway(sagaRows)) setTimeout(() => chosen.want(id), awayIntervalMs);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.status === null || error.status >= 500) throw error;
      store.update({ problems: new Map([...store.state.problems, ['chosen', error]]) });
    }
  }

  /** @param what a saga that changes may use up a switch, but sets none */
  async function readSummary(what: 'changed' | 'all'): Promise<void> {
    const { stuckCursor, faults } = store.state;
    const asksFaults = faults !== 'off' && (what === 'all' || isAnyOn(faults));
    const [stuck, books, switches] = await Promise.all([
      readStuckSagas(api, stuckCursor, store.state.stuck ?? []),
      api.readBooks(),
      asksFaults ? readFaults(api) : faults,
    ]);
    const stuckBefore = store.state.books?.sagas.COMPENSATION_STUCK ?? 0;
    const stuckNow = books.sagas.COMPENSATION_STUCK;
    if (stuckNow > stuckBefore) store.update({ announcement: `Stuck sagas: ${stuckNow}` });
    store.update({ stuck: stuck.items, stuckNext: stuck.nextCursor, books, faults: switches });
    if (isAway(books)) setTimeout(() => summary.want('all'), awayIntervalMs);
  }

  /** A read that fails is told by the connection, and is tried again. */
  async function watchFailure(name: string, read: () => Promise<void>): Promise<void> {
    try {
      await read();
      failing.delete(name);
    } catch (error) {
      failing.add(name);
      throw error;
    } finally {
      tellConnection();
    }
  }

  function tellConnection(): void {
    const before = store.state.connection;
    const lost = before === 'connecting' ? 'connecting' : 'lost';
    const connection = feedIsOpen && failing.size === 0 ? 'live' : lost;
    if (connection !== before) store.update({ connection, connectionSince: Date.now() });
  }

  function listen(): void {
    feed = openChangeFeed({
      onChange(since) {
        learnTime(since);
        lastSince = [since, lastSince].toSorted()[1] ?? since;
        changes.want(since);
      },
      onOpen() {
        feedIsOpen = true;
        tellConnection();
        catchUp();
      },
      onLost() {
        feedIsOpen = false;
        tellConnection();
      },
    });
  }

  function catchUp(): void {
    changes.want(lastSince);
  }

  const readers = [changes, chosen, summary];
  function followVisibility(): void {
    if (document.hidden) {
      feed?.close();
      for (const reader of readers) reader.pause();
    } else {
      listen();
      for (const reader of readers) reader.resume();
    }
  }

  document.addEventListener('visibilitychange', followVisibility);
  window.addEventListener('online', catchUp);
  setInterval(() => {
    catchUp();
    summary.want('all');
  }, checkIntervalMs);
  followVisibility();

  return {
    readChosen: () => store.state.chosen && chosen.want(store.state.chosen.id),
    readSummary: () => summary.want('all'),
    holdRows: rows.pause,
    releaseRows: rows.resume,
  };
}

function isAway({ payment, inventory }: Record<'payment' | 'inventory', { reachable: boolean }>): boolean {
  return !(payment.reachable && inventory.reachable);
}
