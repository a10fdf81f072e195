import { html, type TemplateResult } from 'lit-html';
import { statusLooks } from './saga-words.ts';
import type { SagaStatus } from './service-api.ts';

/** A saga's status by colour, mark and word. */
export function statusView(status: SagaStatus): TemplateResult {
  const { outcome, mark, meaning } = statusLooks[status];
  const [first, ...rest] = status.split('_');
  return html`<span class="status ${outcome}" title=${meaning}
    ><span class="mark" aria-hidden="true">${mark}</span>${first}${rest.map((word) => html`<wbr />_${word}`)}</span
  >`;
}
