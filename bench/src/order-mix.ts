/** An order as it is sent, and the status in which it has to end. */
export interface SampleOrder {
  body: { itemName: string; quantity: number; price: number; failInventory?: true };
  ends: 'COMPLETED' | 'CANCELLED';
}

type Kind = (itemName: string) => SampleOrder;

const happy: Kind = (itemName) => ({ body: { itemName, quantity: 1, price: 10 }, ends: 'COMPLETED' });
/** Charged, then refused by inventory for no known reason: as much is undone as can be. */
const failInventory: Kind = (itemName) => {
  return { body: { itemName, quantity: 1, price: 10, failInventory: true }, ends: 'CANCELLED' };
};
/** Payment fails, and inventory is never called. */
const failPayment: Kind = (itemName) => ({ body: { itemName, quantity: 1, price: 9999 }, ends: 'CANCELLED' });
const outOfStock: Kind = () => ({ body: { itemName: 'unicorn', quantity: 1, price: 10 }, ends: 'CANCELLED' });

/** What each load consists of, the same for every system: kinds of orders and how many of them among others. */
const mixes = {
  happy: [[happy, 1]],
  compensating: [[failInventory, 1]],
  mixed: [
    [happy, 16],
    [failInventory, 2],
    [failPayment, 1],
    [outOfStock, 1],
  ],
} as const satisfies Record<string, readonly (readonly [Kind, number])[]>;
export type Mix = keyof typeof mixes;

export const productCount = 100;

/** Products that are stocked for the load alone. */
export function listProducts(count = productCount): string[] {
  return Array.from({ length: count }, (_, index) => `bench-${index + 1}`);
}

/** A cycle of orders in which each kind has its share of every product. */
export function listOrders(mix: Mix, products: number): SampleOrder[] {
  const kinds = mixes[mix].flatMap(([kind, share]) => Array.from<Kind>({ length: share }).fill(kind));
  return listProducts(products).flatMap((product) => kinds.map((kind) => kind(product)));
}
