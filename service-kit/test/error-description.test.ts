import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { eq, sql } from 'drizzle-orm';
import { pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { Router } from 'express';
import { Registry } from 'prom-client';
import { freshDatabase } from 'stack/fresh-database';
import supertest from 'supertest';
import { type OpenDatabase, openDatabase } from '../src/database.ts';
import { describeError } from '../src/error-description.ts';
import { createHttpApp } from '../src/http-app.ts';
import { createLogger } from '../src/logger.ts';
import { prepareStatement } from '../src/statement.ts';
import { runInSpan } from '../src/tracing.ts';
import { captureLog } from './captured-log.ts';
import { expectProblem } from './problem-expectation.ts';

const secret = 'hunter "2';
const secrets = pgTable('secrets', { id: uuid('id'), name: text('name').unique(), age: smallint('age') });

let database: OpenDatabase;
beforeAll(async () => {
  database = openDatabase(await freshDatabase(), 1);
  await database.db.execute(sql`CREATE TABLE secrets (id uuid, name text UNIQUE, age smallint CHECK (age > 0))`);
  await insert(secret, 1);
});
afterAll(() => database.close());

const insert = (name: string, age: number) => database.db.insert(secrets).values({ name, age });
const failures: [what: string, fail: () => Promise<unknown>, told: RegExp][] = [
  [
    'a key that there is already',
    () => insert(secret, 2),
    /^Failed query: insert into "secrets" .* <- duplicate key value violates unique constraint "\w+"$/,
  ],
  [
    'a check that fails',
    () => insert(`${secret}!`, -7654),
    /^Failed query: .* <- new row for relation "secrets" violates check constraint "\w+"$/,
  ],
  [
    'no table',
    () => database.db.execute(sql`SELECT ${secret} FROM nowhere`),
    /^Failed query: SELECT \$1 FROM nowhere <- relation "nowhere" does not exist$/,
  ],
  [
    'no UUID',
    () => database.db.select().from(secrets).where(eq(secrets.id, secret)),
    /<- invalid input syntax for type uuid: … \(22P02\)$/,
  ],
  ['a number that is too large', () => insert('b', 7654321), /<- value … is out of range for type smallint \(22003\)$/],
  [
    'no JSON',
    () => prepareStatement(database.db, sql`SELECT ${sql.placeholder('value')}::json`)({ value: secret }),
    /^invalid input syntax for type json \(22P02\)$/,
  ],
  [
    'no date',
    () => prepareStatement(database.db, sql`SELECT ${sql.placeholder('value')}::text::date`)({ value: secret }),
    /^invalid input syntax for type date: … \(22007\)$/,
  ],
];

test.each(failures)(
  'of %s the log gets the query and the cause, and nothing that was asked for',
  async (_what, fail, told) => {
    const error = await Promise.resolve(fail()).catch((thrown) => thrown);
    const description = describeError(error);
    expect(description).toMatch(told);
    expect(description).not.toMatch(/hunter|7654|\n/);
  },
);

test('a query of many words is cut', async () => {
  const error = await database.db
    .execute(sql.raw(`SELECT ${'1, '.repeat(1000)} FROM nowhere`))
    .catch((thrown) => thrown);
  expect(describeError(error).length).toBeLessThan(400);
});

test('an answer, its log line and its span tell nothing either', async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('shop');
  const logger = createLogger('shop', { logLevel: 'debug', logFormat: 'json' });
  const lines = captureLog(logger);
  const routes = Router().get('/', () =>
    runInSpan(tracer, { name: 'work', kind: 'internal', attributes: {} }, async () => void (await insert(secret, 2))),
  );
  const api = { title: 'shop', description: 'A shop.', tags: {}, problems: {}, operations: [] };
  const app = createHttpApp({ logger, routes, api, registry: new Registry(), checkReady: async () => {} });
  const answer = await supertest(app).get('/');
  expectProblem(answer, 500, 'internal-error');
  const told = [answer.text, ...lines, JSON.stringify(exporter.getFinishedSpans().map(({ status }) => status))];
  expect(told.join()).toContain('duplicate key');
  expect(told.join()).not.toContain('hunter');
});
