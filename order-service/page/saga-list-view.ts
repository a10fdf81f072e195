import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { formatMoney } from './display-format.ts';
import { listLimit } from './order-list.ts';
import type { PageActions } from './page-actions.ts';
import type { PageState } from './page-state.ts';
import type { Order } from './service-api.ts';
import { statusView } from './status-view.ts';
import { timeView } from './time-view.ts';

/** The running and the latest sagas. The rows stand still while one is pointed at or reached by keyboard. */
export function sagaListView(state: PageState, actions: PageActions): TemplateResult {
  const { orders, paused, chosen } = state;
  return html`
    <section class="panel stack" aria-labelledby="sagas-heading">
      <div class="heading">
        <h2 id="sagas-heading">Sagas</h2>
        <p class="hint grow">${tellRows(state)}</p>
        <button type="button" aria-pressed=${paused} @click=${() => actions.pauseList(!paused)}>
          ${paused ? 'Go on' : 'Pause'}
        </button>
      </div>
      <div
        class="rows"
        @pointerenter=${({ pointerType }: PointerEvent) => pointerType === 'mouse' && actions.hoverList(true)}
        @pointerleave=${({ pointerType }: PointerEvent) => pointerType === 'mouse' && actions.hoverList(false)}
        @focusin=${({ target }: FocusEvent) => isByKeyboard(target) && actions.hoverList(true)}
        @focusout=${() => actions.hoverList(false)}
      >
        <table>
          <caption class="unseen">
            Running and latest sagas, newest first
          </caption>
          <thead>
            <tr>
              <th scope="col">Order</th>
              <th scope="col" class="number">Amount</th>
              <th scope="col">Saga</th>
              <th scope="col" class="roomy">Why</th>
              <th scope="col" class="roomy number">Placed</th>
            </tr>
          </thead>
          <tbody>
            ${repeat(
              orders.shown,
              ({ id }) => id,
              (order) => rowView(order, order.sagaId === chosen?.id),
            )}
          </tbody>
        </table>
        ${orders.shown.length === 0 ? html`<p class="hint">No order yet: place one.</p>` : nothing}
      </div>
    </section>
  `;
}

function rowView(order: Order, isChosen: boolean): TemplateResult {
  const { sagaId, quantity, itemName, amount, sagaStatus, failure, createdAt } = order;
  return html`
    <tr class=${isChosen ? 'chosen' : ''}>
      <th scope="row">
        <a href="#saga=${sagaId}" aria-current=${isChosen ? 'true' : nothing}>${quantity} × ${itemName}</a>
      </th>
      <td class="number">${formatMoney(amount)}</td>
      <td>${statusView(sagaStatus)}</td>
      <td class="roomy reason">${failure ? `${failure.step}: ${failure.reason}` : ''}</td>
      <td class="roomy number">${timeView(createdAt)}</td>
    </tr>
  `;
}

function tellRows({ orders, held, paused }: PageState): string {
  const unseen = orders.unseen > 0 ? `${orders.unseen} new` : 'nothing new';
  if (paused) return `Paused, ${unseen}`;
  if (held) return `Still while you look, ${unseen}`;
  return `Running and the latest ${listLimit}, newest first`;
}

/** A click leaves the focus behind, too, but nobody is there any more. */
function isByKeyboard(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(':focus-visible');
}
