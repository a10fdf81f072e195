import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { formatAge, formatCount } from './display-format.ts';
import type { PageActions } from './page-actions.ts';
import type { PageState, StuckSaga } from './page-state.ts';
import { problemView } from './problem-view.ts';
import { countStuck, explainStuck } from './stuck-sagas.ts';
import { timeView } from './time-view.ts';

/** The sagas that wait for a person: why, since when, what they hold, and the two ways out. */
export function stuckListView(state: PageState, actions: PageActions): TemplateResult {
  const { stuck } = state;
  const total = countStuck(state);
  return html`
    <section class="panel stack ${total > 0 ? 'alarm' : ''}" id="stuck" tabindex="-1" aria-labelledby="stuck-heading">
      <div class="heading">
        <h2 id="stuck-heading">
          ${total > 0 ? html`<span class="stuck">! Stuck sagas: ${formatCount(total)}</span>` : 'Stuck sagas'}
        </h2>
        ${stuck && total === 0 ? html`<p class="hint">None: no saga waits for a person.</p>` : nothing}
      </div>
      ${problemView(state, 'stuck')} ${state.resolving ? nothing : problemView(state, 'resolve')}
      ${stuck && total > 0 ? pageOfStuckView(stuck, state, actions) : nothing}
    </section>
  `;
}

function pageOfStuckView(stuck: readonly StuckSaga[], state: PageState, actions: PageActions): TemplateResult {
  const { stuckNext, stuckCursor } = state;
  const turn = (word: string, cursor: string | null) =>
    html`<button type="button" @click=${() => actions.showStuckFrom(cursor)}>${word}</button>`;
  return html`
    <ul class="stuck-list">
      ${repeat(
        stuck,
        ({ saga }) => saga.id,
        (one) => stuckView(one, state, actions),
      )}
    </ul>
    ${stuckCursor ? turn('Newest', null) : nothing} ${stuckNext ? turn('Older', stuckNext) : nothing}
  `;
}

function stuckView(stuck: StuckSaga, state: PageState, actions: PageActions): TemplateResult {
  const { saga, order } = stuck;
  const { why, since, held } = explainStuck(stuck);
  const name = `${order.quantity} × ${order.itemName}`;
  const busy = state.busy.has('stuck');
  return html`
    <li>
      <h3><a href="#saga=${saga.id}">${name}</a></h3>
      <dl class="facts">
        <div><dt>Why</dt><dd>${why}</dd></div>
        <div><dt>Since</dt><dd class="number">${timeView(since)} (${formatAge(since, state.now)})</dd></div>
        <div><dt>Still held</dt><dd>${held.join(', ')}</dd></div>
      </dl>
      <div class="buttons">
        <button type="button" aria-disabled=${busy} aria-label="Retry now: ${name}" @click=${() => actions.retry(saga.id)}>
          Retry now
        </button>
        <button type="button" aria-label="Resolve: ${name}" @click=${() => actions.startResolving(stuck)}>Resolve…</button>
      </div>
    </li>
  `;
}
