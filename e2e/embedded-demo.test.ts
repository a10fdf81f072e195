import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from 'stack/postgres-programs';
import { listScenarios } from 'stack/scenarios';

// A worker of jest hands on that its terminal has colours.
delete process.env['FORCE_COLOR'];

test('the demo plays every scenario and the crash, and its books balance', async () => {
  const program = join(repository, 'stack', 'dist', 'demo.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env: process.env });
  expect(stdout.match(/^\S/gm)?.length).toBeGreaterThan(listScenarios().length);
  expect(stdout).toMatch(/ {2}✓ .*\n/);
  expect(stdout).toMatch(/ {2}↩ .*\n/);
  expect(stdout).not.toMatch(/✗/);
  expect(stdout).toMatch(/ {2}✓ money: .*\n/);
  expect(stdout).toMatch(/ {2}✓ stock: .*\n {2}✓ audit: 0 discrepancies, .*\nall went as told\n$/);
}, 180_000);
