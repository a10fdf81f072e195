import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendRequest } from 'stack/http-request';
import { repository } from 'stack/postgres-programs';
import { serviceNames } from 'stack/stack';
import { abridge, createCommandRunner, readCommands } from './document-commands.ts';
import { useEmbeddedStack } from './embedded-stack.ts';

const commands = readCommands(readFileSync(join(repository, 'README.md'), 'utf8'));
const system = useEmbeddedStack();
let run: ReturnType<typeof createCommandRunner>;

beforeAll(() => {
  run = createCommandRunner(serviceNames.map((name) => system.doors[name].url));
});

afterEach(async () => {
  for (const { url } of Object.values(system.doors)) await sendRequest(`${url}/faults`, { method: 'DELETE' });
});

test('README has commands to copy, and shows what the first one answers', () => {
  expect(commands.length).toBeGreaterThanOrEqual(3);
  expect(commands[0]?.printed).toBeDefined();
});

test.each(commands)('$command', async (command) => {
  const answer = await run(command);
  if (command.printed) expect(abridge(answer, command.printed)).toBe(command.printed);
});
