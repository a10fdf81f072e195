import { html, type TemplateResult } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import { ref } from 'lit-html/directives/ref.js';
import type { PageActions } from './page-actions.ts';
import type { PageState, StuckSaga } from './page-state.ts';
import { problemView } from './problem-view.ts';
import { explainStuck } from './stuck-sagas.ts';

/** Asks who closes a stuck saga by hand, and why; stays, with what was typed, until it is closed. */
export function resolveDialogView(state: PageState, actions: PageActions): unknown {
  const { resolving } = state;
  if (!resolving) return '';
  return keyed(resolving.saga.id, dialogView(resolving, state, actions));
}

function dialogView(resolving: StuckSaga, state: PageState, actions: PageActions): TemplateResult {
  const { saga, order } = resolving;
  const busy = state.busy.has('resolve');
  return html`
    <dialog
      class="stack"
      aria-labelledby="resolve-heading"
      @close=${() => actions.startResolving(null)}
      ${ref((element) => openOnce(element))}
    >
      <h2 id="resolve-heading">Resolve ${order.quantity} × ${order.itemName} by hand</h2>
      <p>
        The saga will never be tried again. What it holds stays as it is: <strong>${explainStuck(resolving).held.join(', ')}</strong>.
        Resolve it once that has been settled elsewhere.
      </p>
      <form class="stack" @submit=${(event: SubmitEvent) => resolveFrom(event, saga.id, actions)}>
        <label>Reason <input name="reason" required maxlength="500" autocomplete="off" /></label>
        <label>By <input name="by" required maxlength="100" autocomplete="name" /></label>
        <div class="buttons">
          <button class="primary" aria-disabled=${busy}>${busy ? 'Resolving…' : 'Resolve'}</button>
          <button type="button" @click=${closeDialog}>Leave it stuck</button>
        </div>
      </form>
      ${problemView(state, 'resolve')}
    </dialog>
  `;
}

function openOnce(element: Element | undefined): void {
  // It is not in the document before this render ends.
  queueMicrotask(
    () => element instanceof HTMLDialogElement && element.isConnected && !element.open && element.showModal(),
  );
}

/** The browser gives the focus back to where it was. */
function closeDialog({ currentTarget }: Event): void {
  if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close();
}

function resolveFrom(event: SubmitEvent, sagaId: string, actions: PageActions): void {
  event.preventDefault();
  const fields = new FormData(event.currentTarget as HTMLFormElement);
  void actions.resolve(sagaId, String(fields.get('reason')), String(fields.get('by')));
}
