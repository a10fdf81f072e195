import { html, nothing, type TemplateResult } from 'lit-html';
import type { PageState, Panel } from './page-state.ts';

/** What went wrong in a panel, and what to do about it. */
export function problemView(state: PageState, panel: Panel): TemplateResult | typeof nothing {
  const problem = state.problems.get(panel);
  if (!problem) return nothing;
  return html`<p class="problem" role="alert"><strong>${problem.message}.</strong> ${problem.remedy}</p>`;
}
