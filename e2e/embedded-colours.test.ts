import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from 'stack/postgres-programs';

const report = pathToFileURL(join(repository, 'stack', 'dist', 'report.js')).href;
const tellers = {
  'the demo': `node --no-warnings --input-type=module -e "import { tellStep } from '${report}'; tellStep('✓', 'held')"`,
  'a scenario': `bash -c "source '${join(repository, 'scenarios', 'story.sh')}'; held held"`,
};
const green = '\u001b[32m';

/** What a command prints to a terminal, or to a pipe, whatever the environment of the test says of colours (`CI` alone turns them off). */
function run(command: string, to: 'terminal' | 'pipe', env: Record<string, string>): string {
  const line = to === 'pipe' ? ['bash', '-c', command] : inTerminal(command);
  const [program = '', ...args] = line;
  const { stdout } = spawnSync(program, args, {
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
    encoding: 'utf8',
  });
  expect(stdout).toContain('held');
  return stdout;
}

function inTerminal(command: string): string[] {
  if (process.platform === 'darwin') return ['script', '-q', '/dev/null', 'bash', '-c', command];
  return ['script', '-qec', command, '/dev/null'];
}

describe.each(Object.entries(tellers))('%s', (_name, command) => {
  test.each<['terminal' | 'pipe', string, Record<string, string>, boolean]>([
    ['terminal', '', {}, true],
    ['terminal', 'NO_COLOR', { NO_COLOR: '1' }, false],
    ['terminal', 'FORCE_COLOR=0', { FORCE_COLOR: '0' }, false],
    ['terminal', 'that is dumb', { TERM: 'dumb' }, false],
    ['pipe', '', {}, false],
    ['pipe', 'FORCE_COLOR', { FORCE_COLOR: '1' }, true],
    ['pipe', 'FORCE_COLOR and NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('to a %s %s', (to, _condition, env, coloured) => {
    const output = run(command, to, env);
    expect(output.includes(green)).toBe(coloured);
    expect(output.includes('\u001b')).toBe(coloured);
  });
});

test.each([
  ['terminal', /^\S+Z info \[shop\] held door=2\s*$/],
  ['pipe', /^\{.*"message":"held".*\}\s*$/],
] as const)('a log to a %s is as its reader needs it', (to, line) => {
  const logger = pathToFileURL(join(repository, 'service-kit', 'dist', 'logger.js')).href;
  const write = `import { createLogger } from '${logger}'; createLogger('shop', { logLevel: 'info', logFormat: 'auto' }).info('held', { door: 2 })`;
  expect(run(`node --no-warnings --input-type=module -e "${write}"`, to, {})).toMatch(line);
});
