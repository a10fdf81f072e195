import { html, type TemplateResult } from 'lit-html';
import type { PageActions } from './page-actions.ts';
import type { PageState } from './page-state.ts';
import { problemView } from './problem-view.ts';
import type { NewOrder } from './service-api.ts';

const compensated: NewOrder = { itemName: 'bomb', quantity: 1, price: 9999 };
const completed: NewOrder = { itemName: 'apple', quantity: 2, price: 3.5 };

/** Places an order: one by one click, or whatever is typed. */
export function orderFormView(state: PageState, actions: PageActions): TemplateResult {
  const busy = state.busy.has('order');
  const products = state.books?.inventory.products ?? [];
  return html`
    <section class="panel stack" aria-labelledby="order-heading">
      <h2 id="order-heading">Place an order</h2>
      <div class="buttons">
        <button type="button" aria-disabled=${busy} @click=${() => actions.placeOrder(completed)}>
          One that completes
        </button>
        <button type="button" aria-disabled=${busy} @click=${() => actions.placeOrder(compensated)}>
          One that is compensated
        </button>
      </div>
      <form class="order-form" @submit=${(event: SubmitEvent) => placeFrom(event, actions)}>
        <label class="wide">
          Item
          <input name="itemName" list="products" value="bomb" required maxlength="100" autocomplete="off" />
        </label>
        <datalist id="products">
          ${products.map(({ id, available }) => html`<option value=${id}>${available} available</option>`)}
        </datalist>
        <label>Quantity <input name="quantity" type="number" value="1" min="1" max="100000" required /></label>
        <label>
          Price
          <input name="price" type="number" value="9999" min="0.01" max="9999999.99" step="0.01" required />
        </label>
        <p class="hint wide">The price 9999 makes payment answer 500: nobody knows whether it charged.</p>
        <label class="choice wide"><input name="failPayment" type="checkbox" /> payment fails</label>
        <label class="choice wide"><input name="failInventory" type="checkbox" /> inventory fails</label>
        <button class="primary wide" aria-disabled=${busy}>${busy ? 'Placing…' : 'Place this order'}</button>
      </form>
      ${problemView(state, 'order')}
    </section>
  `;
}

function placeFrom(event: SubmitEvent, actions: PageActions): void {
  event.preventDefault();
  const fields = new FormData(event.currentTarget as HTMLFormElement);
  void actions.placeOrder({
    itemName: String(fields.get('itemName')),
    quantity: Number(fields.get('quantity')),
    price: Number(fields.get('price')),
    failPayment: fields.has('failPayment'),
    failInventory: fields.has('failInventory'),
  });
}
