import { render } from 'lit-html';
import { startLiveReads } from './live-reads.ts';
import { isRunning } from './order-list.ts';
import { createPageActions } from './page-actions.ts';
import { createPageStore } from './page-state.ts';
import { pageView } from './page-view.ts';
import { createServiceApi } from './service-api.ts';
import { serviceNow } from './service-clock.ts';
import { countStuck } from './stuck-sagas.ts';

/** How often the time moves that something has been awaited for. */
const tickMs = 250;
/** What stays at the top of the window covers that much of it, in px: the margin of a panel that is scrolled to. */
const roomAbove = 45;

let framePending = false;
const api = createServiceApi();
const store = createPageStore(() => {
  if (!framePending) requestAnimationFrame(renderPage);
  framePending = true;
});
const reads = startLiveReads(api, store);
const actions = createPageActions(api, store, reads);

/** The end of the chosen saga's diagram is kept in sight, until a person does something else. */
let following = false;
/** The saga was chosen by a link, which leads to it. */
let byLink = false;

/** However often the state changes: once a frame. */
function renderPage(): void {
  framePending = false;
  const focused = document.activeElement;
  render(pageView(store.state, actions), document.body);
  // What a person has just used may be gone: the focus would begin at the top of the page again.
  if (focused && !focused.isConnected) focusChosen();
  if (following) showChosen();
  // Whoever is on call sees it in the row of tabs.
  const stuck = countStuck(store.state);
  document.title = stuck > 0 ? `${stuck} stuck: Orchestrated sagas` : 'Orchestrated sagas';
}

function followAddress(): void {
  actions.followAddress();
  startFollowing();
}

function startFollowing(): void {
  following = true;
  requestAnimationFrame(() => {
    if (byLink) focusChosen();
    byLink = false;
    showChosen();
  });
}

function focusChosen(): void {
  document.querySelector<HTMLElement>('#chosen')?.focus({ preventScroll: true });
}

/** The saga that was chosen can be far below what it was chosen by, and its diagram grows. */
function showChosen(): void {
  const section = document.querySelector('#chosen');
  const diagram = section?.querySelector('.sequence');
  if (!section || !following) return;
  const { top } = section.getBoundingClientRect();
  const bottom = (diagram ?? section).getBoundingClientRect().bottom;
  const fits = bottom - top <= window.innerHeight - roomAbove;
  const isInSight = bottom <= window.innerHeight && (fits ? top : bottom) >= 0;
  if (!isInSight && fits) section.scrollIntoView();
  else if (!isInSight) diagram?.scrollIntoView({ block: 'end' });
  const { saga, order } = store.state.chosen ?? {};
  if (saga && order && !isRunning({ sagaStatus: saga.status })) following = false;
}

/** A link to the saga that is looked at already changes no address. */
function followLink({ target }: Event): void {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#saga="]') : null;
  byLink = link !== null;
  if (link?.hash === location.hash) startFollowing();
}

actions.followAddress();
window.addEventListener('hashchange', followAddress);
document.addEventListener('click', followLink);
for (const act of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
  window.addEventListener(
    act,
    () => {
      following = false;
    },
    { passive: true },
  );
}
setInterval(() => {
  if (!document.hidden) store.update({ now: serviceNow() });
}, tickMs);
