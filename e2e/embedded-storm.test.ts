import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from 'stack/postgres-programs';

test('promises 1 to 3, 8 and 9: 40 s of kills, pauses and faults leave nothing half done', async () => {
  const program = join(repository, 'stack', 'dist', 'storm.js');
  const env = { ...process.env, SEED: '20', SECONDS: '40', TARGET: 'embedded' };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  expect(stdout).toMatch(/\nseed 20: \d+ orders .* kills, .* pauses, .* faults, .* takeovers, .* 0 discrepancies\n$/);
}, 240_000);
