import type { LiveReads } from './live-reads.ts';
import { mergeOrders, refreshRows } from './order-list.ts';
import { placeOnce } from './order-placing.ts';
import type { PageState, PageStore, Panel, StuckSaga } from './page-state.ts';
import type { FaultRequest, NewOrder, Scenario, ServiceApi, ServiceName } from './service-api.ts';
import { ServiceError } from './service-error.ts';

export type PageActions = ReturnType<typeof createPageActions>;

/** Everything that a person can do on the page. */
export function createPageActions(api: ServiceApi, store: PageStore, reads: LiveReads) {
  /** Does it unless this panel is busy, and has the panel tell what went wrong. */
  async function run(panel: Panel, work: () => Promise<void>): Promise<void> {
    if (store.state.busy.has(panel)) return;
    store.update({ busy: new Set([...store.state.busy, panel]), problems: problemsWithout(panel) });
    try {
      await work();
    } catch (error) {
      tellProblem(panel, error);
    } finally {
      store.update({ busy: new Set([...store.state.busy].filter((other) => other !== panel)) });
    }
  }

  function problemsWithout(panel: Panel): PageState['problems'] {
    return new Map([...store.state.problems].filter(([other]) => other !== panel));
  }

  function tellProblem(panel: Panel, error: unknown): void {
    const problem = error instanceof ServiceError ? error : new ServiceError(readMessage(error), '');
    store.update({ problems: new Map([...store.state.problems, [panel, problem]]) });
  }

  /** Follows the address: this is the only way in which a saga is chosen. */
  function followAddress(): void {
    const id = new URLSearchParams(location.hash.slice(1)).get('saga');
    if (!id || id === store.state.chosen?.id) return;
    const order = store.state.orders.known.find(({ sagaId }) => sagaId === id) ?? null;
    store.update({ chosen: { id, saga: null, order, rows: null }, problems: problemsWithout('chosen') });
    reads.readChosen();
  }

  function choose(sagaId: string): void {
    location.hash = `saga=${sagaId}`;
  }

  const isHeld = () => store.state.held || store.state.paused;

  function hold(patch: { held: boolean } | { paused: boolean }): void {
    store.update(patch);
    if (isHeld()) reads.holdRows();
    else reads.releaseRows();
  }

  return {
    followAddress,
    choose,
    placeOrder: (order: NewOrder) =>
      run('order', async () => {
        const repeat = new ServiceError('No answer yet', 'Asking again with the same key: it stays one order.');
        const placed = await placeOnce(api, order, () => tellProblem('order', repeat));
        const orders = refreshRows(mergeOrders(store.state.orders, [placed]));
        store.update({ orders, problems: problemsWithout('order') });
        choose(placed.sagaId);
      }),
    play: (scenario: Scenario) =>
      run('scenarios', async () => {
        const { name } = scenario;
        store.update({ playing: name, played: null, announcement: `Playing ${name}: ${scenario.sentence}` });
        let asTold = false;
        try {
          await scenario.play(api, choose);
          asTold = true;
        } finally {
          const announcement = `${name} ${asTold ? 'went as told' : 'did not go as told'}.`;
          store.update({ playing: null, played: { name, asTold }, announcement });
          reads.readSummary();
          reads.readChosen();
        }
      }),
    hoverList: (held: boolean) => hold({ held }),
    pauseList: (paused: boolean) => hold({ paused }),
    showStuckFrom(cursor: string | null): void {
      store.update({ stuckCursor: cursor });
      reads.readSummary();
    },
    retry: (sagaId: string) =>
      run('stuck', async () => {
        await api.retry(sagaId);
        choose(sagaId);
        reads.readSummary();
        reads.readChosen();
      }),
    startResolving: (resolving: StuckSaga | null) => store.update({ resolving, problems: problemsWithout('resolve') }),
    resolve: (sagaId: string, reason: string, by: string) =>
      run('resolve', async () => {
        try {
          await api.resolve(sagaId, reason, by);
          // The dialog may have been left meanwhile, and be about another one.
          if (store.state.resolving?.saga.id === sagaId) store.update({ resolving: null });
          choose(sagaId);
        } finally {
          reads.readSummary();
          reads.readChosen();
        }
      }),
    audit: () =>
      run('audit', async () => {
        store.update({ audit: await api.audit() });
        reads.readSummary();
      }),
    setFault: (service: ServiceName, name: string, fault: FaultRequest) =>
      run('faults', async () => {
        await api.setFault(service, name, fault);
        reads.readSummary();
      }),
    clearFaults: () =>
      run('faults', async () => {
        const services = ['order', 'payment', 'inventory'] as const;
        const cleared = await Promise.allSettled(services.map((service) => api.clearFaults(service)));
        reads.readSummary();
        const failed = cleared.find((result) => result.status === 'rejected');
        if (failed) throw failed.reason;
      }),
  };
}

function readMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
