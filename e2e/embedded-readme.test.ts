import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendRequest } from 'stack/http-request';
import { repository } from 'stack/postgres-programs';
import { useEmbeddedStack } from './embedded-stack.ts';

const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const indented = '(?<=^ {4})curl .*(?:(?<=\\\\)\\n.*)*';
const inline = '(?<=`)curl [^`\\n]+(?=`)';
const commands = [...readme.matchAll(new RegExp(`${indented}|${inline}`, 'gm'))].map(([command]) => command);
const system = useEmbeddedStack();
let lastAnswer: Record<string, unknown> = {};

afterEach(async () => {
  for (const { url } of Object.values(system.doors)) await sendRequest(`${url}/faults`, { method: 'DELETE' });
});

/** Runs it as written, against the services of this test and with what the last answer says in place of `{names}`. */
function run(command: string): string {
  const { order, payment, inventory } = system.doors;
  const script = command
    .replaceAll('http://localhost:8000', order.url)
    .replaceAll('http://localhost:8001', payment.url)
    .replaceAll('http://localhost:8002', inventory.url)
    .replace(/\{(\w+)\}/g, (_, name) => String(lastAnswer[name]));
  // An HTTP status that tells of an error is one.
  const strict = `curl() { command curl --silent --show-error --fail "$@"; }\n${script}`;
  return execFileSync('bash', ['-c', strict], { encoding: 'utf8' });
}

test('README has commands to copy', () => {
  expect(commands.length).toBeGreaterThanOrEqual(3);
});

test.each(commands)('%s', (command) => {
  const output = run(command);
  lastAnswer = output ? JSON.parse(output) : {};

  const printed = readme.split(command)[1]?.match(/^\n\n {4}(\{.*\})\n/)?.[1];
  expect(printed !== undefined).toBe(command === commands[0]);
  if (!printed) return;
  const told = JSON.parse(printed);
  const shown = Object.entries(lastAnswer).map(([key, value]) => [key, told[key] === '…' ? '…' : value]);
  // As text: the order of the keys counts too.
  expect(JSON.stringify(Object.fromEntries(shown))).toBe(printed);
});
