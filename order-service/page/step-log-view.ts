import { html, type TemplateResult } from 'lit-html';
import { readStory, type StoryEvent, tellOutcome } from './saga-story.ts';
import type { Saga } from './service-api.ts';
import { preciseTimeView } from './time-view.ts';

/** Every event of a saga's log as a row of a table: all that its diagram shows, and more, in words. */
export function stepLogView({ log }: Saga): TemplateResult {
  return html`
    <div class="step-log" role="region" aria-label="Step log" tabindex="0">
      <table>
        <caption>
          Step log
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Step</th>
            <th scope="col">What happened</th>
            <th scope="col">Attempt</th>
            <th scope="col">Outcome</th>
            <th scope="col">Duration</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          ${readStory(log).map(eventView)}
        </tbody>
      </table>
    </div>
  `;
}

function eventView({ entry, state, words }: StoryEvent): TemplateResult {
  const { at, type, step, attempt, outcome, durationMs, reason } = entry;
  return html`
    <tr data-event=${type}>
      <td>${preciseTimeView(at)}</td>
      <td>${step ?? ''}</td>
      <td class=${state}>${words}</td>
      <td class="number">${attempt ?? ''}</td>
      <td class=${outcome ?? ''}>${tellOutcome(outcome)}</td>
      <td class="number">${durationMs === null ? '' : `${durationMs} ms`}</td>
      <td>${reason ?? ''}</td>
    </tr>
  `;
}
