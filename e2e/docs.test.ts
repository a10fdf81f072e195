import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readConfig, variableName } from 'service-kit/config';
import { commonProblems } from 'service-kit/problem';
import { commonOperations } from 'service-kit/service-operations';
import { serviceApis } from 'stack/service-apis';
import { balanceProblems, ledgerProblems } from '../order-service/src/audit/audit-messages.ts';
import { orderConfig } from '../order-service/src/config.ts';
import { orderStatuses } from '../order-service/src/order-schema.ts';
import { orderProblems } from '../order-service/src/problems.ts';
import { eventTypes, sagaStatuses } from '../order-service/src/saga/saga-events.ts';

const repository = join(__dirname, '..');
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: repository,
})
  .toString()
  .trim()
  .split('\n');
const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const readme = read('README.md');

/** Everything in backticks, and every line of the indented and the fenced commands. */
function readCode(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');
  const blocks = text
    .split('\n')
    .filter((line) => /^ {4}\S/.test(line))
    .map((line) => line.trim());
  return [...spans, ...blocks];
}

// Kept here, so that the check needs no Docker: what `docker compose <command> --help` lists, as far as it is used.
const composeOptions: Record<string, string[]> = { up: ['--build', '--detach', '--scale'], down: ['--volumes'] };
const composeServices = readComposeServices();
const composeProfiles = [...read('docker-compose.yml').matchAll(/^ {4}profiles: \[(\w+)\]$/gm)].map(([, name]) => name);

function readComposeServices(): string[] {
  const services = read('docker-compose.yml').match(/^services:\n((?: .*\n|\n)+)/m)?.[1] ?? '';
  return [...services.matchAll(/^ {2}([\w-]+):$/gm)].map(([, name]) => name ?? '');
}

/** The words of a compose command that its command line or the compose file do not know. */
function findComposeMistakes(line: string): string[] {
  const [, files = '', profile, rest = ''] =
    line.match(/^docker[ -]compose ((?:-f \S+ )*)(?:--profile (\S+) )?(.*)/) ?? [];
  const missing = [...files.matchAll(/-f (\S+)/g)].flatMap(([, file = '']) =>
    existsSync(join(repository, file)) ? [] : [file],
  );
  if (missing.length > 0) return missing;
  if (profile && !composeProfiles.includes(profile)) return [profile];
  const [command = '', ...words] = rest.replace(/\s+#.*/, '').split(/\s+/);
  const options = composeOptions[command];
  if (!options) return [command];
  return words.filter((word, index) => {
    if (word.startsWith('-')) return !options.includes(word);
    const service = words[index - 1] === '--scale' ? word.replace(/=\d+$/, '') : word;
    return !composeServices.includes(service);
  });
}

describe.each(documents)('%s', (path) => {
  const text = read(path);
  const code = readCode(text);

  test('names only paths that exist', () => {
    const folders = readdirSync(repository).join('|').replaceAll('.', '\\.');
    const paths = code.join('\n').matchAll(new RegExp(`(?<![\\w/.-])(?:${folders})(?:/[\\w./-]*)?`, 'g'));
    const named = [...paths].map(([name]) => name).filter((name) => name.includes('/') || name.includes('.'));
    // A guide's new files are named on a line of their own, before their blocks.
    const made = [...text.matchAll(/^`([^`\n]+)`:\n\n```/gm)].map(([, name]) => name);
    expect(named.filter((name) => !existsSync(join(repository, name)) && !made.includes(name))).toEqual([]);
  });

  test('links only to what exists', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link ?? '');
    expect(
      links.filter((link) => !link.startsWith('http') && !existsSync(join(repository, dirname(path), link))),
    ).toEqual([]);
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
    const anchors = headings.map((heading) => heading.replace(/[^\p{L}\d -]/gu, '').replaceAll(' ', '-'));
    const sections = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor ?? '');
    expect(sections.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  test('names only make targets and npm scripts that there are', () => {
    const scripts = JSON.parse(read('package.json')).scripts;
    const targets = code.flatMap((line) => [...line.matchAll(/\bmake ([a-z-]+)/g)].map(([, name]) => name ?? ''));
    const runs = code.flatMap((line) => [...line.matchAll(/\bnpm run ([a-z-]+)/g)].map(([, name]) => name ?? ''));
    for (const target of targets) execFileSync('make', ['--dry-run', target], { cwd: repository, stdio: 'pipe' });
    expect(runs.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('uses docker compose only with services and options that there are', () => {
    const commands = code.flatMap((line) => line.match(/\bdocker[ -]compose .*/)?.[0] ?? []);
    expect(commands.flatMap(findComposeMistakes)).toEqual([]);
  });
});

test('README has a row for every scenario, and a scenario for every row', () => {
  const scripts = readdirSync(join(repository, 'scenarios')).filter((name) => name !== 'story.sh');
  const rows = [...readme.matchAll(/^\| `scenarios\/([\w.-]+)`/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual(scripts.sort());
});

test('README lists exactly the calls that the services answer', () => {
  const common = [...commonOperations.map(({ path }) => path), '/faults', '/faults/{name}'];
  const calls = Object.values(serviceApis)
    .flatMap(({ operations }) => operations)
    .filter(({ path }) => !common.includes(path))
    .map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const table =
    readme
      .split('## The API')[1]
      ?.split('\n')
      .filter((line) => line.startsWith('| '))
      .join('\n') ?? '';
  const listed = [...table.matchAll(/`((?:GET|POST|PUT|DELETE) [^`]+)`/g)].map(([, call]) => call);
  expect(listed.sort()).toEqual(calls.sort());
});

test("docs/saga.md lists exactly the events of the saga's log", () => {
  const table = read('docs/saga.md').split('## The log')[1]?.split('## ')[0] ?? '';
  const listed = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map(([, type]) => type);
  expect(listed.sort()).toEqual([...eventTypes].sort());
});

test.each([
  ['the saga', sagaStatuses],
  ['its order', orderStatuses],
])('docs/saga.md draws exactly the statuses of %s', (title, statuses) => {
  const diagrams = [...read('docs/saga.md').matchAll(/^```mermaid\n(.*?)^```/gms)].map(([, diagram]) => diagram);
  const states = diagrams.join('').match(new RegExp(`state "${title}" as \\w+ \\{([^}]+)\\}`))?.[1] ?? '';
  const moves = [...states.matchAll(/^ *(\S+) --> (\w+)/gm)].flatMap(([, from = '', to = '']) => [from, to]);
  expect([...new Set(moves)].filter((state) => state !== '[*]').sort()).toEqual([...statuses].sort());
});

const operating = read('docs/operating.md');
/** The rows of a section's tables, cell by cell. */
function readRows(title: string): string[][] {
  const section = operating.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => row.slice(2, -2).split(' | '));
}
const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');

test('docs/operating.md explains exactly the discrepancies that the audit can find', () => {
  const explained = readRows('Discrepancies').flatMap(([names]) => namesIn(names));
  expect(explained.sort()).toEqual([...ledgerProblems, ...balanceProblems].sort());
});

test('docs/operating.md has a row for every 503 of order-service', () => {
  const problems = Object.entries({ ...commonProblems, ...orderProblems }).filter(([, { status }]) => status === 503);
  const explained = readRows('Answers of 503').flatMap(([type]) => namesIn(type));
  expect(explained.sort()).toEqual(problems.map(([name]) => name).sort());
});

test('docs/operating.md quotes only messages that the services log', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*/src/*.ts'], {
    cwd: repository,
  });
  const sources = files.toString().trim().split('\n').map(read).join('\n');
  const messages = readRows('Logs').filter(([, level]) => level === 'error' || level === 'warn');
  const parts = messages.flatMap(([message]) => namesIn(message)).flatMap((message) => message.split('…'));
  expect(parts.length).toBeGreaterThan(5);
  expect(parts.filter((part) => !sources.includes(part.trim()))).toEqual([]);
});

test('docs/operating.md names knobs that there are, with their defaults', () => {
  const url = 'http://localhost';
  const required = { DATABASE_URL: 'postgres://localhost', PAYMENT_SERVICE_URL: url, INVENTORY_SERVICE_URL: url };
  const defaults = Object.entries(readConfig(orderConfig, required)).map(([key, value]) => [variableName(key), value]);
  const known = Object.fromEntries(defaults);
  for (const [variables, shown = ''] of readRows('Knobs worth knowing')) {
    const values = shown.split(', ');
    for (const [index, variable] of namesIn(variables).entries()) {
      expect(Object.keys(orderConfig.shape).map(variableName)).toContain(variable);
      const value = String(known[variable] ?? 'none');
      expect(`${variable} ${values[index] ?? values[0]}`).toBe(`${variable} ${value}`);
    }
  }
});

describe('bench/results.md', () => {
  /** What our system did under the load `happy`, by clients. */
  const rows = read('bench/results.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, load, , system]) => load === 'happy' && system === 'ours');
  const withCommas = (text = '') => Number(text).toLocaleString('en');
  const figures = new Map(
    rows.map(([, , clients, , rate, share = '']) => [clients, { rate, share: parseFloat(share) }]),
  );

  test('has the figures that README tells', () => {
    const [many, one] = [figures.get('64'), figures.get('1')];
    expect(readme.replaceAll('\n', ' ')).toContain(
      `64 clients placed ${withCommas(many?.rate)} orders a second, ${many?.share} times as many; ` +
        `one client placed ${withCommas(one?.rate)}, ${one?.share} times as many`,
    );
  });

  test('has the figures of the first table of docs/scaling.md that is by clients', () => {
    const told = [...read('docs/scaling.md').matchAll(/^\| (\d+) \| ([\d,]+) \| [\d.]+ \|/gm)];
    expect(told.map(([, clients, rate]) => [clients, rate])).toEqual(
      [...figures].map(([clients, { rate }]) => [clients, withCommas(rate)]),
    );
  });
});

test('every promise has tests that name it', () => {
  const tests = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.test.ts'], {
    cwd: repository,
  });
  const text = tests.toString().trim().split('\n').map(read).join('\n');
  const named = [...text.matchAll(/promise (\d+): /g)].map(([, number]) => Number(number));
  expect([...new Set(named)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
});
