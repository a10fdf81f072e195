import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from 'stack/free-port';
import { freshDatabase } from 'stack/fresh-database';
import { waitUntil } from 'stack/wait-until';

const program = join(__dirname, '..', 'dist', 'main.js');

function run(env: Record<string, string>, args = [program]): ChildProcess {
  return spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function waitUntilReady(port: string): Promise<boolean> {
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  return waitUntil('the program is ready', isReady);
}

async function runToItsEnd(env: Record<string, string>) {
  const child = run(env);
  const [[code], complaint] = await Promise.all([once(child, 'exit'), text(child.stderr as NodeJS.ReadableStream)]);
  return { code, complaint };
}

test.each([
  ['nothing is set', {}, 'DATABASE_URL is missing'],
  ['the port is a word', { PORT: 'http', DATABASE_URL: 'postgres://x@localhost/x' }, 'PORT must be a whole number'],
  ['the database is no Postgres', { DATABASE_URL: 'mysql://x@localhost/x' }, 'DATABASE_URL must be a postgres:// URL'],
])('where %s, the program says so in one line and exits with 1', async (_name, env, expected) => {
  const { code, complaint } = await runToItsEnd(env as Record<string, string>);
  expect(code).toBe(1);
  expect(complaint).toMatch(/^cannot start: wrong configuration: .*\n$/);
  expect(complaint).toContain(expected);
});

test('without its database it gives up after the time it is given, in one line', async () => {
  const env = { DATABASE_URL: 'postgres://x@127.0.0.1:1/x', DATABASE_START_TIMEOUT_MS: '300' };
  const { code, complaint } = await runToItsEnd(env);
  expect(code).toBe(1);
  expect(complaint).toMatch(/^cannot start: .*ECONNREFUSED.*\n$/);
});

test('what nobody caught is told without the parameters of its query, and ends the program with 1', async () => {
  const script = `
    import { DrizzleQueryError } from 'drizzle-orm';
    import { runService } from ${JSON.stringify(join(__dirname, '..', '..', 'service-kit', 'dist', 'service-program.js'))};
    await runService(async () => {
      setTimeout(() => Promise.reject(new DrizzleQueryError('SELECT $1', ['hunter2'], new Error('no table'))));
      return { close: async () => {} };
    });`;
  const child = run({}, ['--input-type=module', '--eval', script]);
  const [[code], complaint] = await Promise.all([once(child, 'exit'), text(child.stderr as NodeJS.ReadableStream)]);
  expect(code).toBe(1);
  expect(complaint).toMatch(/^crashed: Failed query: SELECT \$1 <- no table\n {4}at /);
  expect(complaint).not.toContain('hunter2');
});

test('a password that is not percent-encoded is not told', async () => {
  const { code, complaint } = await runToItsEnd({ DATABASE_URL: 'postgres://me:hun/ter2@localhost/x' });
  expect(code).toBe(1);
  expect(complaint).toMatch(/^cannot start: wrong configuration: DATABASE_URL must be .* percent-encoded\n$/);
  expect(complaint).not.toMatch(/hun|ter2/);
});

const probe = `
  import { createRequire } from 'node:module';
  process.on('exit', () => console.error(Object.keys(createRequire('/').cache).join('\\n')));
  await import(${JSON.stringify(program)});`;

test.each([
  ['', 'api'],
  ['http://127.0.0.1:1', 'api context-async-hooks exporter-trace-otlp-http resources sdk-trace-node'],
])('with "%s" as its collector it loads of OpenTelemetry %s', async (endpoint, expected) => {
  const port = String(await freePort());
  const env = { PORT: port, DATABASE_URL: await freshDatabase(), OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const child = run(env, ['--input-type=module', '--eval', probe]);
  await waitUntilReady(port);
  child.kill('SIGTERM');
  const loaded = (await text(child.stderr as NodeJS.ReadableStream)).matchAll(
    /@opentelemetry\/([\w-]+)\/(?!.*@opentel)/g,
  );
  const packages = new Set([...loaded].map(([, name]) => name));
  for (const name of expected.split(' ')) expect(packages).toContain(name);
  if (!endpoint) expect(packages.size).toBe(1);
});

test('it migrates its database, answers, and ends with 0 at once when told to', async () => {
  const port = String(await freePort());
  const child = run({ PORT: port, DATABASE_URL: await freshDatabase() });
  await waitUntilReady(port);
  const toldAt = performance.now();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(performance.now() - toldAt).toBeLessThan(8000);
});
