import { findChromium, launchChromium } from 'stack/chromium';
import { fastStories } from 'stack/crash-story';
import { sendRequest } from 'stack/http-request';
import { checkAccessibility } from './browser/accessibility.ts';
import { findTheBrowser } from './browser/chromium.ts';
import { keepBooksCurrent } from './browser/current-books.ts';
import { hideTab } from './browser/hidden-tab.ts';
import { useKeyboard } from './browser/keyboard.ts';
import { showManySagas } from './browser/many-sagas.ts';
import { tellOneClock } from './browser/one-clock.ts';
import type { BrowserSystem } from './browser/page-window.ts';
import { placeOrders } from './browser/placed-orders.ts';
import { restartOrderService } from './browser/restart.ts';
import { playScenarioButtons } from './browser/scenario-buttons.ts';
import { takeScreenshot } from './browser/screenshot.ts';
import { useSmallWindow } from './browser/small-window.ts';
import { moveStuckSagas } from './browser/stuck-sagas.ts';
import { takeOver } from './browser/takeover.ts';
import { useEmbeddedStack } from './embedded-stack.ts';

jest.setTimeout(60_000);

const hasChromium = process.env['REQUIRE_CHROMIUM'] === '1' || findChromium() !== undefined;
if (!hasChromium) process.stderr.write('browser tests skipped: there is no Chromium\n');

// One system and one browser for all stories, each of which leaves them whole and has a window of its own.
(hasChromium ? describe : describe.skip)('the page', () => {
  // What was missed is to be seen because the page asks for it, not because its stream tells it again.
  const env = { order: { ...fastStories, CHANGE_BEAT_INTERVAL_MS: '600000' } };
  const system = useEmbeddedStack(env, 2) as BrowserSystem;
  beforeAll(async () => {
    system.browser = await launchChromium();
  });
  afterEach(async () => {
    for (const { url } of Object.values(system.doors)) await sendRequest(`${url}/faults`, { method: 'DELETE' });
  });
  afterAll(() => system.browser?.close());

  describe('orders', () => placeOrders(system));
  describe('stuck sagas', () => moveStuckSagas(system));
  describe('a hidden tab', () => hideTab(system));
  describe('the books', () => keepBooksCurrent(system));
  describe('a replica dies', () => takeOver(system));
  describe('order-service is restarted', () => restartOrderService(system));
  describe('scenario', () => playScenarioButtons(system));
  describe('one clock', () => tellOneClock(system));
  describe('the keyboard', () => useKeyboard(system));
  describe('a small window', () => useSmallWindow(system));
  describe('accessibility', () => checkAccessibility(system));
  describe('the screenshot', () => takeScreenshot(system));
  describe('many sagas', () => showManySagas(system));
  describe('the browser', () => findTheBrowser());
});
