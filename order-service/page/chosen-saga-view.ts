import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { formatMoney } from './display-format.ts';
import { isRunning } from './order-list.ts';
import type { Chosen, PageState } from './page-state.ts';
import { problemView } from './problem-view.ts';
import { tellOutcome } from './saga-story.ts';
import { layOutSequence } from './sequence-diagram.ts';
import { sequenceView } from './sequence-view.ts';
import type { Order } from './service-api.ts';
import { statusView } from './status-view.ts';
import { stepLogView } from './step-log-view.ts';
import { timeView } from './time-view.ts';

/** Where every lane of a database would make the diagram wider than its box. */
const narrow = window.matchMedia('(max-width: 74rem)');

/** The saga that is looked at: a diagram that grows, and its log. */
export function chosenSagaView(state: PageState): TemplateResult {
  const { chosen } = state;
  return html`
    <section class="panel stack" id="chosen" tabindex="-1" aria-labelledby="chosen-heading">
      <h2 id="chosen-heading">${chosen ? html`Saga <code>${chosen.id}</code>` : 'What a saga is'}</h2>
      ${problemView(state, 'chosen')} ${chosen ? detailsView(chosen, state) : explanation}
    </section>
  `;
}

function detailsView({ saga, order, rows }: Chosen, { now, problems }: PageState): TemplateResult | typeof nothing {
  if (!saga) return problems.has('chosen') ? nothing : html`<p class="hint">Reading…</p>`;
  // A saga that is over does not change with the time.
  const moment = order && !isRunning(order) ? 0 : now;
  const widthClass = narrow.matches ? 'narrow' : 'wide';
  return html`
    ${order ? orderView(order) : nothing}
    ${guard([saga, order, rows, moment, widthClass], () => [
      sequenceView(layOutSequence(saga, order, rows, widthClass, new Date(now))),
      stepLogView(saga),
    ])}
  `;
}

function orderView(order: Order): TemplateResult {
  const { failure } = order;
  return html`
    <dl class="facts">
      <div><dt>Order</dt><dd>${order.quantity} × ${order.itemName}</dd></div>
      <div><dt>Amount</dt><dd class="number">${formatMoney(order.amount)}</dd></div>
      <div><dt>Order status</dt><dd>${order.status}</dd></div>
      <div><dt>Saga status</dt><dd>${statusView(order.sagaStatus)}</dd></div>
      <div><dt>Placed</dt><dd class="number">${timeView(order.createdAt)}</dd></div>
      ${failure ? html`<div><dt>Turned back by</dt><dd>${failure.step}, ${tellOutcome(failure.outcome)}: ${failure.reason}</dd></div>` : nothing}
    </dl>
  `;
}

const explanation = html`
  <p>
    An order is placed in two steps, each in a service with a database of its own: payment <strong>charges</strong>,
    inventory <strong>reserves</strong>. No transaction spans them. So order-service writes down what it is about to do,
    does it, and writes down what came of it. Where a step fails, or may have failed, all that was sent is undone in reverse:
    <strong>release</strong>, then <strong>refund</strong>. Whoever finds the log after a crash goes on from there.
  </p>
  <p>Place an order, play a scenario, or choose a saga of the list to see it here, call by call.</p>
`;
