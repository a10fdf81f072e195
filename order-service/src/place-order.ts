/** What the place-order saga is run with: the order, and the two switches that make a step fail. */
export interface PlaceOrder {
  orderId: string;
  itemName: string;
  quantity: number;
  amountCents: number;
  failPayment: boolean;
  failInventory: boolean;
}
