import { type ChangeFeed, openChangeFeed } from './change-feed.ts';
import { readFaults } from './fault-reads.ts';
import { readAgain, readChangedOrders, readLatestOrders } from './latest-orders.ts';
import { isRunning, listLongRunning, mergeOrders, refreshRows, replaceOrders } from './order-list.ts';
import { createPacedReader } from './paced-reader.ts';
import type { PageStore } from './page-state.ts';
import { tellEnd } from './saga-words.ts';
import type { ServiceApi } from './service-api.ts';
import { learnTime, serviceNow } from './service-clock.ts';
import { ServiceError } from './service-error.ts';
import { countStuck, readStuckSagas } from './stuck-sagas.ts';
import { areOutdated, earlierOf, fromScratch, laterOf, missedSince } from './told-changes.ts';

/** A person sees no difference to more reads a second. */
const changesGapMs = 250;
/** Rows that move more often cannot be read. */
const rowsGapMs = 500;
const summaryGapMs = 1_000;
const switchesGapMs = 1_000;
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
  /** The newest of the times told. */
  let lastTold = fromScratch;
  let feedIsOpen = false;
  const failing = new Set<string>();

  const changes = createPacedReader<string>({
    read: (since) => watchFailure('changes', () => readChanges(since)),
    merge: earlierOf,
    gapMs: changesGapMs,
    retryMs,
  });
  const longRunning = createPacedReader<true>({
    read: () => watchFailure('longRunning', readLongRunning),
    merge: () => true,
    gapMs: changesGapMs,
    retryMs,
  });
  const chosen = createPacedReader<string>({
    read: (id) => watchFailure('chosen', () => readChosen(id)),
    merge: (_older, newer) => newer,
    gapMs: changesGapMs / 2,
    retryMs,
  });
  const summary = createPacedReader<true>({
    read: () => watchFailure('summary', readSummary),
    merge: () => true,
    gapMs: summaryGapMs,
    retryMs,
  });
  // Apart from the summary: a participant that hangs is waited for long, and what is stuck must be seen meanwhile.
  const switches = createPacedReader<true>({
    read: () => watchFailure('switches', readSwitches),
    merge: () => true,
    gapMs: switchesGapMs,
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
    wantSummary();
    if (current && (!changed || orders.some(({ sagaId }) => sagaId === current.id))) chosen.want(current.id);
  }

  async function readLongRunning(): Promise<void> {
    const orders = await readAgain(api, listLongRunning(store.state.orders, serviceNow()));
    if (orders.length === 0) return;
    store.update({ orders: mergeOrders(store.state.orders, orders) });
    rows.want(true);
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

  async function readSummary(): Promise<void> {
    const { stuckCursor } = store.state;
    const [stuck, books] = await Promise.all([
      readStuckSagas(api, stuckCursor, store.state.stuck ?? []),
      api.readBooks(),
    ]);
    const stuckBefore = countStuck(store.state);
    store.update({ books });
    // A person may have turned the page meanwhile.
    if (store.state.stuckCursor === stuckCursor)
      store.update({ stuck: stuck.items, stuckCursor: stuck.cursor, stuckNext: stuck.nextCursor });
    const stuckNow = countStuck(store.state);
    if (stuckNow > stuckBefore) store.update({ announcement: `Stuck sagas: ${stuckNow}` });
    if (areOutdated(books, lastTold, store.state.audit)) summary.want(true);
    if (isAway(books)) setTimeout(() => summary.want(true), awayIntervalMs);
  }

  async function readSwitches(): Promise<void> {
    // Where they are off they stay so: it is a setting of the service.
    if (store.state.faults !== 'off') store.update({ faults: await readFaults(api) });
  }

  /** What a saga did may have used up a switch, or come of one that somebody else has set. */
  function wantSummary(): void {
    summary.want(true);
    switches.want(true);
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
        lastTold = laterOf(lastTold, since);
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

  function readChosenAgain(): void {
    if (store.state.chosen) chosen.want(store.state.chosen.id);
  }

  /** Reads again whatever may have changed without being told. */
  function catchUp(): void {
    changes.want(missedSince(lastTold));
    longRunning.want(true);
    readChosenAgain();
    wantSummary();
  }

  const readers = [changes, longRunning, chosen, summary, switches];
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
  setInterval(catchUp, checkIntervalMs);
  followVisibility();

  return {
    readChosen: readChosenAgain,
    readSummary: wantSummary,
    holdRows: rows.pause,
    releaseRows: rows.resume,
  };
}

function isAway({ payment, inventory }: Record<'payment' | 'inventory', { reachable: boolean }>): boolean {
  return !(payment.reachable && inventory.reachable);
}
