import { type BenchRun, busyClients } from './bench-run.ts';
import { compare, evenLoad } from './comparison.ts';

/** Every order for the same product, against orders for a hundred. */
export async function measureHotProduct(run: BenchRun): Promise<void> {
  const hundred = evenLoad('happy', 'a hundred products');
  const one = { ...hundred, name: 'one hot product', products: 1 };
  const rows = await compare(run, [hundred, one], busyClients);
  const [ofHundred, , ofOne] = rows.map(({ ordersPerSecond }) => ordersPerSecond);
  const share = ((ofOne ?? 0) / (ofHundred ?? 0)).toFixed(2);
  run.findings.push(`hot product: with one product ${share} times the orders/s of a hundred`);
}
