import { html, nothing, type TemplateResult } from 'lit-html';
import type { PageActions } from './page-actions.ts';
import type { PageState } from './page-state.ts';
import { problemView } from './problem-view.ts';
import { scenarios } from './scenarios.ts';
import type { Scenario } from './service-api.ts';

/** A button for every story, with what is about to happen and how it ends. */
export function scenarioListView(state: PageState, actions: PageActions, wide: boolean): TemplateResult {
  const playable = scenarios.filter(({ needsFaults }) => !needsFaults || state.faults !== 'off');
  return html`
    <section class="panel stack" aria-labelledby="scenarios-heading">
      <details class="stack" ?open=${wide}>
        <summary><h2 id="scenarios-heading">Scenarios</h2></summary>
        <p class="hint">Each plays one failure on the running system, and says whether it went as told.</p>
        <ul class="scenarios">
          ${playable.map((scenario) => scenarioView(scenario, state, actions))}
        </ul>
      </details>
    </section>
  `;
}

function scenarioView(scenario: Scenario, state: PageState, actions: PageActions): TemplateResult {
  const { name, sentence, ends } = scenario;
  const played = state.played?.name === name ? state.played : null;
  return html`
    <li class=${state.playing === name ? 'playing' : ''}>
      <button type="button" aria-disabled=${state.playing !== null} @click=${() => actions.play(scenario)}>
        ${name.replaceAll('-', ' ')}
      </button>
      <p>${sentence}${ends ? html` <span class="ends">Ends: ${ends}</span>` : nothing}</p>
      ${state.playing === name ? html`<p class="told pending">… playing</p>` : nothing}
      ${played?.asTold ? html`<p class="told succeeded">✓ went as told</p>` : nothing}
      ${played && !played.asTold ? html`<p class="told rejected">✕ did not go as told</p>${problemView(state, 'scenarios')}` : nothing}
    </li>
  `;
}
