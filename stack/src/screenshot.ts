import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from './chromium.ts';
import { shootCompensation } from './compensation-screenshot.ts';
import { repository, workFolder } from './postgres-programs.ts';
import { freePortOfEach, startStack } from './stack.ts';

// `make screenshot`: the picture of README, on free ports and fresh data.
const file = join(repository, 'docs', 'compensation.png');
const folder = mkdtempSync(join(workFolder(), 'screenshot-'));
const browser = await launchChromium();
const ports = await freePortOfEach();
const stack = await startStack({ folder, ports, toTerminal: false, durable: false });
try {
  await shootCompensation(browser, stack.doors.order.url, file);
  console.log(`taken: ${file}`);
} finally {
  await browser.close();
  await stack.stop();
  rmSync(folder, { recursive: true });
}
