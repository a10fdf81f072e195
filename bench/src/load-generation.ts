import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, encodePost, type HttpConnection, openConnection } from './http-connection.ts';
import { summarise } from './latencies.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { listOrders } from './order-mix.ts';

/** Orders as planned until the plan is done, `stop` is aborted, or an answer is a mistake. */
export async function generateLoad(plan: LoadPlan, stop: AbortSignal): Promise<LoadResult> {
  const url = new URL('/orders', plan.orderUrl);
  const headers: Record<string, string> = plan.respondAsync ? { prefer: 'respond-async' } : {};
  const requests = listOrders(plan.mix, plan.products).map(({ body, ends }) => {
    return { bytes: encodePost(url, body, headers), ends: plan.respondAsync ? 'PENDING' : ends };
  });
  const status = plan.respondAsync ? 202 : 201;
  const { orders: lastOrder = Infinity, seconds: lastSecond = Infinity } = plan.until;
  const accepted: number[] = [];
  const refused: number[] = [];
  let mistake: string | null = null;
  let begun = 0;
  const kept = 'clients' in plan.pace ? [] : await openConnections(url, keptConnections);
  const startedAt = performance.now();
  const elapsedSeconds = () => (performance.now() - startedAt) / 1000;
  const goesOn = () => !stop.aborted && mistake === null && begun < lastOrder && elapsedSeconds() < lastSecond;

  /** Orders once. @param dueAt when it should have been sent: what it waited until then counts as latency */
  async function order(connection: HttpConnection, dueAt: number): Promise<void> {
    const request = requests[begun % requests.length] as (typeof requests)[number];
    begun += 1;
    const answer = await connection.send(request.bytes).catch((error: Error) => ({ status: 0, body: error.message }));
    const latencyMs = performance.now() - dueAt;
    if (answer.status === 503 && plan.mayBeRefused) refused.push(latencyMs);
    else if (answer.status === status && readStatus(answer) === request.ends) accepted.push(latencyMs);
    else mistake ??= `${request.ends} was expected and HTTP ${answer.status} answered: ${answer.body}`;
  }

  async function runClient(): Promise<void> {
    const connection = openConnection(url);
    while (goesOn()) await order(connection, performance.now());
    connection.close();
  }

  async function runArrivals(ordersPerSecond: number): Promise<void> {
    const idle: HttpConnection[] = [...kept];
    const underWay = new Set<Promise<void>>();
    while (goesOn()) {
      while (goesOn() && begun < elapsedSeconds() * ordersPerSecond) {
        const connection = idle.pop();
        if (!connection) break;
        const ordered = order(connection, startedAt + (begun / ordersPerSecond) * 1000).then(() => {
          idle.push(connection);
          underWay.delete(ordered);
        });
        underWay.add(ordered);
      }
      await sleep(1);
    }
    await Promise.all(underWay);
  }

  if ('clients' in plan.pace) await Promise.all(Array.from({ length: plan.pace.clients }, runClient));
  else await runArrivals(plan.pace.ordersPerSecond);
  for (const connection of kept) connection.close();
  return { seconds: elapsedSeconds(), accepted: summarise(accepted), refused: summarise(refused), mistake };
}

/** What a load balancer keeps open to a service: an order that finds none idle waits for one, and that counts. */
const keptConnections = 500;

function openConnections(url: URL, count: number): Promise<HttpConnection[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const connection = openConnection(url);
      await connection.opened;
      return connection;
    }),
  );
}

function readStatus({ body }: Answer): unknown {
  return JSON.parse(body).status;
}
