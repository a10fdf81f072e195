import { html, nothing, type TemplateResult } from 'lit-html';
import { balanceBooks } from './books-balance.ts';
import { formatCount, formatMoney } from './display-format.ts';
import type { PageActions } from './page-actions.ts';
import type { PageState } from './page-state.ts';
import { problemView } from './problem-view.ts';
import type { Audit, Books, SagaStatus } from './service-api.ts';
import { statusView } from './status-view.ts';
import { timeView } from './time-view.ts';

/** Money, orders, sagas and stock over all three services, and what the last audit said. */
export function booksView(state: PageState, actions: PageActions): TemplateResult {
  const { books } = state;
  return html`
    <section class="panel stack" aria-labelledby="books-heading">
      <h2 id="books-heading">The books</h2>
      ${books ? tablesView(books, auditView(state, actions)) : html`<p class="hint">Reading…</p>`}
    </section>
  `;
}

function tablesView(books: Books, audit: TemplateResult): TemplateResult {
  const { payment, completed, orders, sagas, inventory } = books;
  const { kept, difference, explanation } = balanceBooks(books);
  return html`
    <div class="tables">
      <div class="stack">
      <table>
        <caption>
          Money
        </caption>
        <tbody>
          ${amountRow('Charged', payment.charged)} ${amountRow('Refunded', payment.refunded)}
          ${amountRow('Kept', kept)} ${amountRow('Completed orders', completed)} ${amountRow('Difference', difference)}
        </tbody>
      </table>
      <p class="hint">${explanation}</p>
      </div>
      <table>
        <caption>
          Sagas
        </caption>
        <tbody>
          ${Object.entries(sagas).map(([status, count]) => countRow(statusView(status as SagaStatus), count))}
        </tbody>
      </table>
      <table class="stock">
        <caption>
          Stock
        </caption>
        <thead>
          <tr>
            <th scope="col">Product</th>
            <th scope="col" class="number">Available</th>
            <th scope="col" class="number">Reserved</th>
            <th scope="col" class="number">Stocked</th>
          </tr>
        </thead>
        <tbody>
          ${
            inventory.reachable
              ? stockRows(inventory)
              : html`<tr><td colspan="4">inventory-service cannot be reached</td></tr>`
          }
        </tbody>
      </table>
      <table>
        <caption>
          Orders
        </caption>
        <tbody>
          ${Object.entries(orders).map(([status, count]) => countRow(status, count))}
        </tbody>
      </table>
      ${audit}
    </div>
  `;
}

function amountRow(name: string, amount: number | null): TemplateResult {
  return html`<tr><th scope="row">${name}</th><td class="number">${formatMoney(amount)}</td></tr>`;
}

function countRow(name: unknown, count: number): TemplateResult {
  return html`<tr><th scope="row">${name}</th><td class="number">${formatCount(count)}</td></tr>`;
}

function stockRows({ products, productCount }: Books['inventory']): unknown {
  const rest = (productCount ?? 0) - products.length;
  const note = html`<tr><td colspan="4">and ${formatCount(rest)} more. The audit checks all of them.</td></tr>`;
  return [products.map(stockRow), rest > 0 ? note : nothing];
}

function stockRow({ id, available, reserved, stocked }: Books['inventory']['products'][number]): TemplateResult {
  const off = available + reserved === stocked ? nothing : html`<span class="rejected">✕ does not add up</span>`;
  return html`
    <tr>
      <th scope="row">${id} ${off}</th>
      <td class="number">${formatCount(available)}</td>
      <td class="number">${formatCount(reserved)}</td>
      <td class="number">${formatCount(stocked)}</td>
    </tr>
  `;
}

function auditView(state: PageState, actions: PageActions): TemplateResult {
  const verdict = state.books?.lastAudit ?? null;
  const busy = state.busy.has('audit');
  return html`
    <div class="stack">
    <h3>Audit</h3>
    <p>${verdict ? verdictView(verdict) : 'Nobody has audited yet.'}</p>
    ${state.audit && !state.audit.clean ? discrepanciesView(state.audit) : nothing} ${problemView(state, 'audit')}
    <div class="buttons">
      <button type="button" aria-disabled=${busy} @click=${actions.audit}>${busy ? 'Auditing…' : 'Audit now'}</button>
    </div>
    </div>
  `;
}

function verdictView(verdict: NonNullable<Books['lastAudit']>): TemplateResult {
  const { clean, startedAt, durationMs, quiet, inFlight, discrepancyCount } = verdict;
  const found = clean
    ? html`<span class="succeeded">✓ Clean</span>: no discrepancy between the three services`
    : html`<span class="rejected">✕ ${formatCount(discrepancyCount)} discrepancies</span>`;
  const sums = quiet ? 'the sums agree, too' : `the sums were not compared, since ${inFlight} sagas were moving`;
  return html`${found}${clean ? `; ${sums}` : ''}. Audited at
    <span class="number">${timeView(startedAt)}</span> in ${formatCount(durationMs)} ms.`;
}

function discrepanciesView({ discrepancies }: Audit): TemplateResult {
  return html`
    <ul>
      ${discrepancies.slice(0, 10).map(
        ({ sagaId, problem, detail }) => html`
          <li>${problem}: ${detail} ${sagaId ? html`<a href="#saga=${sagaId}">its saga</a>` : nothing}</li>
        `,
      )}
    </ul>
  `;
}
