import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with one migration for each SQL text, as drizzle-kit would write it. */
export function writeMigrations(...texts: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  const entries = texts.map((_, idx) => ({ idx, version: '7', when: idx + 1, tag: `000${idx}`, breakpoints: true }));
  mkdirSync(join(folder, 'meta'));
  writeFileSync(
    join(folder, 'meta', '_journal.json'),
    JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  );
  texts.forEach((text, idx) => {
    writeFileSync(join(folder, `000${idx}.sql`), text);
  });
  return folder;
}
