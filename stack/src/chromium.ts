import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/**
 * The Chromium that `CHROMIUM` names, or else one at a usual place; undefined if there is none.
 * @throws if `CHROMIUM` names no file: another browser than the one that was asked for would be a surprise
 */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  if (named && !existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist`);
  return named || usualPlaces.find((path) => existsSync(path));
}

/**
 * Starts Chromium without a window. It is to be closed.
 * @throws if there is none
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('there is no Chromium: install one, or name its program in CHROMIUM');
  return chromium.launch({
    executablePath,
    // Root, as in a container, cannot have one.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      // Nothing here is to talk to anybody but the page's own server.
      ...['--headless', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
