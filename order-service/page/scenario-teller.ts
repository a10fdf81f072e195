import type {
  Answer,
  CallOptions,
  FaultRequest,
  NewOrder,
  Saga,
  Scenario,
  ServiceApi,
  ServiceName,
} from './service-api.ts';

/** As in the scripts: a service that died, and whatever it left, is back and over within that time. */
const longestWaitMs = 90_000;
const pollMs = 200;

/** What the stories are told with, as `scenarios/story.sh` is for the scripts. */
export type Teller = ReturnType<typeof createTeller>;

/** A story that ends with its switches off, however it ends. */
export function tell(story: (teller: Teller) => Promise<void>): Scenario['play'] {
  return async (api, follow) => {
    const teller = createTeller(api, follow);
    try {
      await story(teller);
    } finally {
      await teller.switchOff();
    }
  };
}

/** A UUID that nobody had before; `crypto.randomUUID` is not there on a page that came by plain http. */
export function freshId(): string {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0'));
  const hex = digits.join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function createTeller(api: ServiceApi, follow: (sagaId: string) => void) {
  const switched = new Set<ServiceName>();

  /** The saga once it is over, also where nobody answers for a while. */
  async function untilOver(sagaId: string): Promise<Saga> {
    return insist('the saga is over', async () => {
      const saga = await api.findSaga(sagaId);
      return saga.status !== 'STARTED' && saga.status !== 'COMPENSATING' ? saga : undefined;
    });
  }

  async function switchOff(): Promise<void> {
    for (const service of switched) {
      await insist(`the switches of ${service}-service are off`, async () => {
        await api.clearFaults(service);
        return true;
      });
      switched.delete(service);
    }
  }

  return {
    api,
    untilOver,
    switchOff,

    /** Orders, has its saga looked at, and returns the saga once it is over. */
    async order(order: NewOrder): Promise<Saga> {
      const { sagaId } = await api.placeOrder(order, { prefer: 'respond-async' });
      follow(sagaId);
      return untilOver(sagaId);
    },

    follow,

    async setSwitch(service: ServiceName, name: string, fault: FaultRequest): Promise<void> {
      switched.add(service);
      await api.setFault(service, name, fault);
    },

    /** The order and the rows of both participants have these statuses; null where there is no row. */
    async expectRows({ id, orderId }: Saga, expected: RowStatuses): Promise<void> {
      const [order, { payment, inventory }] = await Promise.all([api.findOrder(orderId), api.findRows(id)]);
      const rows = { order: order.status, payment: payment.row?.status, inventory: inventory.row?.status };
      for (const [name, status] of Object.entries(expected)) {
        expectSame(`the row of ${name}`, rows[name as keyof RowStatuses] ?? null, status);
      }
    },

    /** A participant is asked past order-service: its answer has this status and, in its JSON, this text. */
    async expectAnswer(call: string, options: CallOptions, status: number, text = ''): Promise<Answer> {
      const [method = '', path = ''] = call.split(' ');
      const answer = await api.call(method, path, options);
      expectSame(`the HTTP status of ${call}`, answer.status, status);
      expectText(call, answer.body, text);
      return answer;
    },

    async expectBalance(): Promise<void> {
      const { clean } = await api.audit();
      expectSame('the books balance', clean, true);
    },
  };
}

type RowStatuses = Partial<Record<'order' | 'payment' | 'inventory', string | null>>;

/** Tries until it works and gives something. @throws the last error, or that it took too long */
async function insist<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  let lastError: unknown;
  for (const giveUpAt = Date.now() + longestWaitMs; Date.now() < giveUpAt; await pause(pollMs)) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      lastError = error;
    }
  }
  const because = lastError instanceof Error ? `: ${lastError.message}` : '';
  throw new Error(`${what}: not within ${longestWaitMs / 1000} s${because}`);
}

/** @throws what was expected, and what was there */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, and not ${String(expected)}`);
}

/** @throws where the value, as JSON, does not say so */
export function expectText(what: string, value: unknown, text: string): void {
  if (!JSON.stringify(value).includes(text)) throw new Error(`${what} does not say ${text}`);
}
