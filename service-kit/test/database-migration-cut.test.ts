import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { freshDatabase } from 'stack/fresh-database';
import { migrateDatabase } from '../src/database-migration.ts';
import { startPostgresForwarder } from './postgres-forwarder.ts';

const folder = fileURLToPath(new URL('../../db/inventory', import.meta.url));

/** All that migrations made: columns, constraints, indexes, rows, and the list of what was applied. */
async function describe(url: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1 });
  const ours = sql`relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)`;
  try {
    return await Promise.all([
      sql`SELECT attrelid::regclass::text, attname, atttypid::regtype::text, attnotnull FROM pg_attribute
        JOIN pg_class ON attrelid = pg_class.oid WHERE ${ours} AND attnum > 0 ORDER BY 1, attnum`,
      sql`SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`,
      sql`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
      sql`SELECT * FROM products ORDER BY id`,
      sql`SELECT hash FROM drizzle.__drizzle_migrations ORDER BY created_at`,
    ]);
  } finally {
    await sql.end();
  }
}

test.each([
  ['before it is passed on', false],
  ['after it was passed on', true],
])(
  'a migration whose connection is cut at each of its messages, %s, ends with the same schema',
  async (_when, passedOn) => {
    const whole = await freshDatabase();
    await migrateDatabase(whole, folder, 10_000);
    const expected = await describe(whole);
    let cuts = 0;
    for (let wasCut = true; wasCut; ) {
      const url = await freshDatabase();
      const forwarder = await startPostgresForwarder(url);
      forwarder.cutAtMessage(cuts + 1, passedOn);
      await migrateDatabase(forwarder.url, folder, 10_000);
      expect(await describe(url)).toEqual(expected);
      // Another connection is made only after a cut.
      wasCut = forwarder.accepted() > 1;
      if (wasCut) cuts += 1;
      await forwarder.close();
    }
    expect(cuts).toBeGreaterThan(15);
  },
  60_000,
);
