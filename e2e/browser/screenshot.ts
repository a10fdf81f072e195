import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shootCompensation } from 'stack/compensation-screenshot';
import { repository } from 'stack/postgres-programs';
import type { BrowserSystem } from './page-window.ts';

export function takeScreenshot(system: BrowserSystem): void {
  test('the picture of README can be taken again', async () => {
    const file = join(system.folder, 'compensation.png');
    await shootCompensation(system.browser, system.doors.order.url, file);
    expectPicture(readFileSync(file));
  });

  test('README shows it as it was taken', () => {
    expectPicture(readFileSync(join(repository, 'docs', 'compensation.png')));
    expect(readFileSync(join(repository, 'README.md'), 'utf8')).toMatch(/^!\[.+\]\(docs\/compensation\.png\)$/m);
  });
}

/** A PNG that is wide enough to be read, and small enough to be kept in a repository. */
function expectPicture(png: Buffer): void {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.length).toBeLessThan(200_000);
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  expect(width).toBeGreaterThan(1_000);
  expect(width).toBeLessThan(1_400);
  expect(height).toBeGreaterThan(700);
  expect(height).toBeLessThan(1_700);
}
