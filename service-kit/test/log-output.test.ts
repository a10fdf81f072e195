import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const built = (name: string) => JSON.stringify(join(__dirname, '..', 'dist', `${name}.js`));

/** Gives a program `logger`, and `countWrites()`: how often something went to standard output since it was last asked. */
const prelude = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  import { setImmediate as turn } from 'node:timers/promises';
  const { writeSync } = fs;
  let writes = 0;
  fs.writeSync = (file, ...more) => {
    if (file === 1) writes += 1;
    return writeSync(file, ...more);
  };
  syncBuiltinESMExports();
  const countWrites = () => [writes, (writes = 0)][0];
  const { createLogger } = await import(${built('logger')});
  const logger = createLogger('shop', { logLevel: 'info', logFormat: 'json' });
  const logLines = (count, message = 'counted') => {
    for (let number = 0; number < count; number += 1) logger.info(message, { number });
  };
`;

interface Ended {
  code: number | null;
  /** The numbers of the lines, in their order. */
  numbers: number[];
  errors: string;
}

/** Runs the program as a process of its own whose log is read once it is `readAfterMs` old. */
async function run(program: string, readAfterMs = 0): Promise<Ended> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', prelude + program]);
  const closed = once(child, 'close');
  const errors = text(child.stderr);
  await sleep(readAfterMs);
  const lines = (await text(child.stdout)).split('\n').filter(Boolean);
  const [code] = await closed;
  return { code, numbers: lines.map((line) => JSON.parse(line).number), errors: await errors };
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

test('the lines of one turn of the event loop go out in one piece, and every turn lets them out', async () => {
  const program = `
    logLines(3);
    const duringTurn = countWrites();
    await turn();
    const afterTurn = countWrites();
    logger.info('counted', { number: 3 });
    await turn();
    console.error(JSON.stringify([duringTurn, afterTurn, countWrites()]));
  `;
  const { numbers, errors } = await run(program);
  expect(JSON.parse(errors)).toEqual([0, 1, 1]);
  expect(numbers).toEqual(upTo(4));
});

test('a turn that writes very much does not keep it', async () => {
  const { errors } = await run('logLines(1000); console.error(countWrites());');
  expect(Number(errors)).toBeGreaterThanOrEqual(1);
});

test.each([
  ['process.exit()', 'process.exit(3)', 3],
  ['an uncaught exception', 'throw new Error("broken")', 1],
  ['an unhandled rejection', 'Promise.reject(new Error("broken"))', 1],
  ['the end of its work', '', 0],
])('%s loses no line', async (_name, end, code) => {
  expect(await run(`logLines(3); ${end}`)).toMatchObject({ code, numbers: upTo(3) });
});

// More than fits into what lies between the two processes.
test.each([
  ['many lines into a pipe', 'logLines(20_000)', 20_000],
  ['many lines into a pipe that does not block', 'process.stdout; logLines(20_000)', 20_000],
  ['very long lines', 'logLines(3, "x".repeat(1_000_000))', 3],
])('%s, which nobody reads yet, are all there after process.exit()', async (_name, burst, count) => {
  const { code, numbers } = await run(`${burst}; process.exit(3);`, 1000);
  expect(code).toBe(3);
  expect(numbers).toEqual(upTo(count));
});

test('a program whose log nobody can read any more ends and says why', async () => {
  const program = `${prelude} process.stdin.once('data', () => logLines(1));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  const closed = once(child, 'close');
  const errors = text(child.stderr);
  child.stdout.destroy();
  child.stdin.end('go');
  expect((await closed)[0]).toBe(1);
  expect(await errors).toMatch(/EPIPE/);
});
