import { html, nothing, type TemplateResult } from 'lit-html';
import { crashPoints, delayedModes, modeMeanings, operations } from './fault-choices.ts';
import type { PageActions } from './page-actions.ts';
import type { Faults, PageState } from './page-state.ts';
import { problemView } from './problem-view.ts';
import type { FaultSwitch, ServiceName } from './service-api.ts';

/** Makes things fail on purpose, where that is allowed. */
export function faultPanelView(state: PageState, actions: PageActions, wide: boolean): TemplateResult {
  const { faults } = state;
  return html`
    <section class="panel stack" aria-labelledby="faults-heading">
      <details class="stack" ?open=${wide}>
        <summary><h2 id="faults-heading">Make it fail</h2></summary>
        ${typeof faults === 'string' ? off : faults && switchesView(state, faults, actions)}
      </details>
    </section>
  `;
}

const off = html`<p class="hint">Nothing can be made to fail here: the services run with FAULTS=off.</p>`;

function switchesView(state: PageState, faults: Faults, actions: PageActions): TemplateResult {
  return html`
    ${onView(faults, actions)} ${problemView(state, 'faults')}
    <form class="fault-form" @submit=${(event: SubmitEvent) => setFrom(event, actions)}>
      <h3>An operation fails</h3>
      <label class="wide">
        Operation
        <select name="operation">
          ${operations.map(({ name }) => html`<option>${name}</option>`)}
        </select>
      </label>
      <label class="wide">
        How
        <select name="mode">
          ${Object.entries(modeMeanings).map(([mode, meaning]) => html`<option value=${mode}>${mode}: ${meaning}</option>`)}
        </select>
      </label>
      <label>
        Times
        <input name="times" type="number" min="1" max="1000000" placeholder="always" />
      </label>
      <label>
        Delay, ms
        <input name="delayMs" type="number" min="0" max="600000" value="3000" />
      </label>
      <button class="wide">Switch on</button>
    </form>
    <form class="stack" @submit=${(event: SubmitEvent) => crashFrom(event, actions)}>
      <h3>order-service dies</h3>
      <label>
        Where
        <select name="point">
          ${crashPoints.map(({ name, meaning }) => html`<option value=${name}>${meaning}</option>`)}
        </select>
      </label>
      <div class="buttons">
        <button>Crash at the next saga there</button>
        <button type="button" @click=${() => crashAt('after-begun', actions)}>Crash at the next order</button>
      </div>
      <p class="hint">It is killed there once. Another replica, or the next process, goes on from the log.</p>
    </form>
  `;
}

function onView(faults: Faults, actions: PageActions): TemplateResult {
  const services = Object.entries(faults) as [ServiceName, FaultSwitch[] | null][];
  const on = services.flatMap(([, switches]) => switches ?? []);
  const away = services.filter(([, switches]) => switches === null).map(([name]) => `${name}-service`);
  return html`
    <div class="heading">
      <p class="hint grow">${on.length === 0 ? 'Nothing fails on purpose now.' : 'On now:'}</p>
      <button type="button" @click=${actions.clearFaults}>All off</button>
    </div>
    <ul class="switches">
      ${on.map((fault) => html`<li class="rejected">✕ ${tellSwitch(fault)}</li>`)}
    </ul>
    ${away.length > 0 ? html`<p class="problem">${away.join(' and ')} cannot be reached.</p>` : nothing}
  `;
}

function tellSwitch({ name, mode, times, delayMs }: FaultSwitch): string {
  const often = times === null ? 'always' : times === 1 ? 'once' : `${times} times`;
  return `${name}: ${mode}, ${often}${delayMs > 0 ? `, ${delayMs} ms` : ''}`;
}

function setFrom(event: SubmitEvent, actions: PageActions): void {
  event.preventDefault();
  const fields = new FormData(event.currentTarget as HTMLFormElement);
  const operation = operations.find(({ name }) => name === fields.get('operation'));
  if (!operation) return;
  const mode = String(fields.get('mode'));
  const times = Number(fields.get('times')) || null;
  const delayMs = delayedModes.includes(mode) ? Number(fields.get('delayMs')) : 0;
  void actions.setFault(operation.service, operation.name, { mode, times, delayMs });
}

function crashFrom(event: SubmitEvent, actions: PageActions): void {
  event.preventDefault();
  crashAt(String(new FormData(event.currentTarget as HTMLFormElement).get('point')), actions);
}

function crashAt(point: string, actions: PageActions): void {
  void actions.setFault('order', point, { mode: 'crash', times: 1 });
}
