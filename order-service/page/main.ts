import { render } from 'lit-html';
import { startLiveReads } from './live-reads.ts';
import { createPageActions } from './page-actions.ts';
import { createPageStore } from './page-state.ts';
import { pageView } from './page-view.ts';
import { createServiceApi } from './service-api.ts';
import { serviceNow } from './service-clock.ts';

/** How often the time moves that something has been awaited for. */
const tickMs = 250;

let framePending = false;
const api = createServiceApi();
const store = createPageStore(() => {
  if (!framePending) requestAnimationFrame(renderPage);
  framePending = true;
});
const reads = startLiveReads(api, store);
const actions = createPageActions(api, store, reads);

/** However often the state changes: once a frame. */
function renderPage(): void {
  framePending = false;
  render(pageView(store.state, actions), document.body);
  // Whoever is on call sees it in the row of tabs.
  const stuck = store.state.books?.sagas.COMPENSATION_STUCK ?? 0;
  document.title = stuck > 0 ? `${stuck} stuck: Orchestrated sagas` : 'Orchestrated sagas';
}

function followAddress(): void {
  actions.followAddress();
  requestAnimationFrame(showChosen);
}

/** On a small window the saga that was chosen is far below what it was chosen by. */
function showChosen(): void {
  const section = document.querySelector('#chosen');
  const top = section?.getBoundingClientRect().top ?? 0;
  if (top < 0 || top > window.innerHeight * 0.75) section?.scrollIntoView();
}

actions.followAddress();
window.addEventListener('hashchange', followAddress);
setInterval(() => {
  if (!document.hidden) store.update({ now: serviceNow() });
}, tickMs);
