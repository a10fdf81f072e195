import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from 'stack/postgres-programs';

test('promises 1 to 3, 8 and 9: 40 s of kills, pauses and faults leave nothing half done', async () => {
  const program = join(repository, 'stack', 'dist', 'storm.js');
  const env = { ...process.env, SEED: '20', SECONDS: '40', TARGET: 'embedded' };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  const [verdict = ''] = stdout.match(/\nseed 20: .*\n$/) ?? [];
  expect(verdict).toContain(' 0 discrepancies');
  // It struck: of each kind there was some, and of some many.
  const count = (what: string) => Number(verdict.match(new RegExp(`(\\d+) ${what}`))?.[1]);
  for (const what of ['kills', 'restarts', 'pauses', 'faults', 'troubled links', 'takeovers']) {
    expect([what, count(what) > 0]).toEqual([what, true]);
  }
  expect(count('power losses')).toBe(1);
  expect(count('requests delivered again')).toBeGreaterThan(300);
  expect(count('orders')).toBeGreaterThan(100);
  expect(count('completed')).toBeGreaterThan(20);
}, 240_000);
