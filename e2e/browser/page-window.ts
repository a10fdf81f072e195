import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { repository } from 'stack/postgres-programs';
import { waitUntil } from 'stack/wait-until';
import type { EmbeddedStack } from '../embedded-stack.ts';

/** What the stories of the page share. */
export interface BrowserSystem extends EmbeddedStack {
  browser: Browser;
}

/** The page in a window of its own, which tells of everything that should not have happened in it. */
export interface PageWindow {
  page: Page;
  /** A part of the page by its heading. */
  part(heading: string | RegExp): Locator;
  /** The diagram of the chosen saga. */
  diagram: Locator;
  /** The rows of the chosen saga's log. */
  log: Locator;
  /** The longest that the page let a person wait, so far. */
  readLongestTaskMs(): Promise<number>;
}

/**
 * Opens the page, hands it to the story, and fails if anything went wrong in it that no assertion looked at. A story that
 * fails leaves a picture in `.test-results`.
 */
export async function inWindow(
  { browser, doors }: BrowserSystem,
  story: (window: PageWindow) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options });
  const page = await context.newPage();
  const problems = await watchProblems(page);
  try {
    await page.goto(doors.order.url);
    await sees(page.getByRole('status').getByText('Live'));
    await story(describeWindow(page));
    expect(problems).toEqual([]);
  } catch (error) {
    const name = expect.getState().currentTestName?.replace(/\W+/g, '-') ?? 'page';
    await page.screenshot({ path: join(repository, '.test-results', `${name}.png`), fullPage: true });
    throw problems.length > 0 ? new Error(problems.join('\n'), { cause: error }) : error;
  } finally {
    await context.close();
  }
}

function describeWindow(page: Page): PageWindow {
  return {
    page,
    part: (heading) => page.getByRole('region', { name: heading }),
    diagram: page.getByRole('region', { name: 'Sequence diagram' }),
    log: page.getByRole('region', { name: 'Step log' }).getByRole('row'),
    readLongestTaskMs: () => page.evaluate<number>('window.longestTaskMs'),
  };
}

/** Errors of scripts, what the Content-Security-Policy refused, and parts of the page that did not load. */
async function watchProblems(page: Page): Promise<string[]> {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  page.on('console', (message) => {
    // That a call was refused or got no answer is told there, too, and is the matter of the story.
    const isCall = message.text().startsWith('Failed to load resource') && !message.location().url.includes('/page/');
    if (message.type() === 'error' && !isCall) problems.push(`console: ${message.text()}`);
  });
  await page.exposeFunction('tellViolation', (violation: string) => problems.push(`policy: ${violation}`));
  await page.addInitScript(`
    window.longestTaskMs = 0;
    addEventListener('securitypolicyviolation', (event) => {
      window.tellViolation(event.violatedDirective + ' ' + event.blockedURI);
    });
    new PerformanceObserver((list) => {
      window.longestTaskMs = Math.max(window.longestTaskMs, ...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask', buffered: true });
  `);
  return problems;
}

/** A saga takes seconds at most, but for those that are tried again and again. */
const patienceMs = 30_000;

/** Waits until it can be seen. */
export async function sees(what: Locator): Promise<void> {
  await what.filter({ visible: true }).first().waitFor({ timeout: patienceMs });
}

/** Waits until it cannot be seen any more. */
export async function seesNoMore(what: Locator): Promise<void> {
  await what.first().waitFor({ state: 'hidden', timeout: patienceMs });
}

/** A figure of a table of the page, by the name of its row. */
export async function readFigure(table: Locator, name: string): Promise<string> {
  const row = table.getByRole('row').filter({ has: table.page().getByRole('rowheader', { name }) });
  return ((await row.first().getByRole('cell').last().textContent()) ?? '').trim();
}

export async function seesFigure(table: Locator, name: string, figure: string): Promise<void> {
  await waitUntil(`${name} is ${figure}`, async () => (await readFigure(table, name)) === figure);
}

/** The books as they are now: a page that was just opened may show those that another read a moment ago. */
export async function seesCurrentBooks({ client }: BrowserSystem, books: Locator): Promise<void> {
  const orders = await client.listOrders();
  const table = books.getByRole('table', { name: 'Orders' });
  for (const end of ['COMPLETED', 'CANCELLED']) {
    await seesFigure(table, end, String(orders.filter(({ status }) => status === end).length));
  }
}

const focusedName = `(({ labels, textContent }) => labels?.[0]?.textContent ?? textContent)(document.activeElement).trim()`;

/** Moves on with the Tab key until what has the focus has this name. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 200; presses += 1) {
    await page.keyboard.press('Tab');
    if (name.test(await page.evaluate<string>(focusedName))) return;
  }
  throw new Error(`the Tab key never reached ${name}`);
}
