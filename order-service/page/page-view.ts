import { html, nothing, type TemplateResult } from 'lit-html';
import { booksView } from './books-view.ts';
import { chosenSagaView } from './chosen-saga-view.ts';
import { formatCount } from './display-format.ts';
import { faultPanelView } from './fault-panel-view.ts';
import { orderFormView } from './order-form-view.ts';
import type { PageActions } from './page-actions.ts';
import type { PageState } from './page-state.ts';
import { resolveDialogView } from './resolve-dialog-view.ts';
import { sagaListView } from './saga-list-view.ts';
import { scenarioListView } from './scenario-list-view.ts';
import { stuckListView } from './stuck-list-view.ts';
import { countStuck } from './stuck-sagas.ts';
import { timeView } from './time-view.ts';

/** On a small window what is long is folded at first; what a person folds or unfolds stays so. */
const wide = window.matchMedia('(min-width: 60rem)').matches;

/** The whole page. */
export function pageView(state: PageState, actions: PageActions): TemplateResult {
  return html`
    <a class="skip" href="#sagas-heading" @click=${jump}>Skip to the sagas</a>
    <div class="bar">
      <p role="status" class="connection ${state.connection}">${tellConnection(state)}</p>
      ${stuckLink(state)}
    </div>
    <header>
      <h1>Orchestrated sagas</h1>
      <p>
        order-service drives payment-service and inventory-service over HTTP, each with its own Postgres, so that no
        order is ever half done: what fails halfway is undone, whatever process dies.
      </p>
    </header>
    <main>
      <div class="column">
        ${orderFormView(state, actions)} ${scenarioListView(state, actions, wide)}
        ${faultPanelView(state, actions, wide)}
      </div>
      <div class="column">
        ${stuckListView(state, actions)} ${sagaListView(state, actions)} ${chosenSagaView(state)}
        ${booksView(state, actions)}
      </div>
    </main>
    <footer><a href="/docs">The API</a> <a href="/metrics">Metrics</a></footer>
    <p class="unseen" aria-live="polite">${state.announcement}</p>
    ${resolveDialogView(state, actions)}
  `;
}

function tellConnection({ connection, connectionSince }: PageState): TemplateResult | string {
  if (connection === 'live') return html`✓ Live since ${timeView(connectionSince)}`;
  if (connection === 'connecting') return '… Connecting…';
  return html`✕ Not connected since ${timeView(connectionSince)}: reconnecting…`;
}

function stuckLink(state: PageState): TemplateResult | typeof nothing {
  const count = countStuck(state);
  if (count === 0) return nothing;
  return html`<a class="stuck" href="#stuck" @click=${jump}>! ${formatCount(count)} stuck</a>`;
}

/** Goes there without a change of the address, which names the chosen saga. */
function jump(event: Event): void {
  event.preventDefault();
  const target = document.querySelector((event.currentTarget as HTMLAnchorElement).hash);
  if (!(target instanceof HTMLElement)) return;
  target.tabIndex = -1;
  target.focus();
}
