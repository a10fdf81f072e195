import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarios } from '../../page/scenarios.ts';

const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');

test('the page offers exactly the scenarios of README, and tells their ends as README does', () => {
  const rows = [...readme.matchAll(/^\| `scenarios\/([\w-]+)\.sh` \|.*\|([^|]*)\|$/gm)];
  const told = rows.map(([, name, end]) => ({ name, ends: end?.trim() }));
  const offered = scenarios.map(({ name, ends }) => ({ name, ends }));
  const byName = (one: { name?: string | undefined }, other: { name?: string | undefined }) =>
    String(one.name).localeCompare(String(other.name));
  expect(told.length).toBeGreaterThan(15);
  expect([...offered].sort(byName)).toEqual([...told].sort(byName));
});

test('each says in a sentence what is about to happen', () => {
  for (const { sentence } of scenarios) expect(sentence).toMatch(/^\S.{20,}\.$/);
});
