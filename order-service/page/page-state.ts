import { emptyList, type OrderList } from './order-list.ts';
import type { Audit, Books, FaultSwitch, Order, Saga, SagaRows, ServiceName } from './service-api.ts';
import { serviceNow } from './service-clock.ts';
import type { ServiceError } from './service-error.ts';

/** The parts of the page that can be busy, and that say what went wrong with what they were asked for. */
export type Panel = 'order' | 'scenarios' | 'chosen' | 'stuck' | 'resolve' | 'audit' | 'faults';

/** The saga that is looked at; what has not been read yet is null. */
export interface Chosen {
  id: string;
  saga: Saga | null;
  order: Order | null;
  rows: SagaRows | null;
}

export interface StuckSaga {
  saga: Saga;
  order: Order;
}

/** The switches that are on; null where a service cannot be reached. */
export type Faults = Record<ServiceName, FaultSwitch[] | null>;

export interface PageState {
  connection: 'connecting' | 'live' | 'lost';
  /** Of the connection, as it is (ms since the epoch). */
  connectionSince: number;
  orders: OrderList;
  /** The rows of the list stand still: a person points at one, or asked for it. */
  held: boolean;
  paused: boolean;
  chosen: Chosen | null;
  stuck: readonly StuckSaga[] | null;
  /** Where the next page of stuck sagas begins, and where this one did. */
  stuckNext: string | null;
  stuckCursor: string | null;
  /** The saga that the dialog is about to resolve. */
  resolving: StuckSaga | null;
  books: Books | null;
  /** The last audit that was asked for here. */
  audit: Audit | null;
  faults: Faults | 'off' | null;
  playing: string | null;
  /** How the last scenario ended. */
  played: { name: string; asTold: boolean } | null;
  busy: ReadonlySet<Panel>;
  problems: ReadonlyMap<Panel, ServiceError>;
  /** What is told to who cannot see it. */
  announcement: string;
  /** Now by the services' clock, in ms since the epoch: moves while something is awaited. */
  now: number;
}

export interface PageStore {
  readonly state: PageState;
  update(patch: Partial<PageState>): void;
}

/** The one place where the page's state is; tells of every change. */
export function createPageStore(onChange: () => void): PageStore {
  let state: PageState = {
    connection: 'connecting',
    connectionSince: Date.now(),
    orders: emptyList,
    held: false,
    paused: false,
    chosen: null,
    stuck: null,
    stuckNext: null,
    stuckCursor: null,
    resolving: null,
    books: null,
    audit: null,
    faults: null,
    playing: null,
    played: null,
    busy: new Set(),
    problems: new Map(),
    announcement: '',
    now: serviceNow(),
  };
  return {
    get state() {
      return state;
    },
    update(patch) {
      state = { ...state, ...patch };
      onChange();
    },
  };
}
