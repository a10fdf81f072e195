import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shootCompensation } from 'stack/compensation-screenshot';
import { repository } from 'stack/postgres-programs';
import type { BrowserSystem } from './page-window.ts';

/** Letters of another font are a little higher; the lowest row of the log, one more or less, is 3 % of the picture. */
const tolerance = 0.02;
/** Small enough to be kept in a repository. */
const mostBytes = 200_000;

export function takeScreenshot(system: BrowserSystem): void {
  test('the picture of README can be taken again, and is as large as the one that is kept', async () => {
    const file = join(system.folder, 'compensation.png');
    await shootCompensation(system.browser, system.doors.order.url, file);
    const taken = measurePicture(file);
    const kept = measurePicture(join(repository, 'docs', 'compensation.png'));
    for (const { bytes } of [taken, kept]) expect(bytes).toBeLessThan(mostBytes);
    for (const side of ['width', 'height'] as const) {
      expect(Math.abs(taken[side] / kept[side] - 1)).toBeLessThan(tolerance);
    }
  });

  test('README shows it', () => {
    expect(readFileSync(join(repository, 'README.md'), 'utf8')).toMatch(/^!\[.+\]\(docs\/compensation\.png\)$/m);
  });
}

function measurePicture(file: string): Record<'bytes' | 'width' | 'height', number> {
  const png = readFileSync(file);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return { bytes: png.length, width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}
