import type { Browser } from 'playwright-core';

/** What 1280 pixels of window make in the picture, so that it is about as wide as a README shows it, and sharp. */
const scale = 1.15;

/**
 * Orders at the price of 9999 on the page at `url`, and takes a picture of the saga once it is over: its diagram and its
 * log, as a PNG in `file`.
 */
export async function shootCompensation(browser: Browser, url: string, file: string): Promise<void> {
  const page = await browser.newPage({
    // High enough for all of the saga to be on it: what has to be scrolled is cut off.
    viewport: { width: 1280, height: 1600 },
    deviceScaleFactor: scale,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  try {
    await page.goto(url);
    await page.getByRole('button', { name: 'One that is compensated' }).click();
    const saga = page.locator('#chosen');
    await saga.getByText('ended: all is undone').waitFor();
    // The participants' rows come a moment after the log.
    await saga.locator('.sequence').getByText('VOIDED').nth(1).waitFor();
    await saga.screenshot({ path: file, animations: 'disabled' });
  } finally {
    await page.close();
  }
}
