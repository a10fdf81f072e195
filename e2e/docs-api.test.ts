import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commonProblems, problemMediaType, readProblem } from 'service-kit/problem';
import { toProblemsPage } from 'stack/problems-page';
import { serviceApis } from 'stack/service-apis';
import { orderProblems } from '../order-service/src/problems.ts';

// What documents say of the APIs, held to the descriptions that the services answer from.
const repository = join(__dirname, '..');
const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const operations = Object.entries(serviceApis).flatMap(([service, api]) =>
  api.operations.map((operation) => ({ service, ...operation })),
);

test('docs/problems.md is what `make problems` writes', () => {
  expect(read('docs/problems.md')).toBe(toProblemsPage(Object.values(serviceApis)));
});

test("the gateway's own problems are those of order-service", () => {
  const written = [...read('gateway/haproxy.cfg').matchAll(/'(\{"type".*?\})'/g)].map(([, json]) =>
    JSON.parse(json ?? ''),
  );
  const known = { ...commonProblems, ...orderProblems };
  expect(written.length).toBeGreaterThanOrEqual(3);
  for (const problem of written) {
    const type = known[problem.type.replace('/problems/', '') as keyof typeof known];
    expect(readProblem(problem.status, problemMediaType, problem)).toEqual(problem);
    expect(problem).toMatchObject({ title: type?.title, status: type?.status });
  }
});

describe('examples', () => {
  const scenarios = readdirSync(join(repository, 'scenarios')).map((file) => file.replace('.sh', ''));
  const examples = operations.flatMap((operation) =>
    Object.entries(operation.examples ?? {}).map(([name, { value }]) => ({ name, value })),
  );

  test.each(scenarios.filter((name) => name !== 'story'))('%s is an example of at least one call', (scenario) => {
    const names = operations.flatMap((one) => Object.keys({ ...one.examples, ...one.problemExamples }));
    expect(names).toContain(scenario);
  });

  const ofScenarios = examples.filter(({ name }) => scenarios.includes(name));
  test.each(ofScenarios.map(({ name, value }) => [name, JSON.stringify(value)]))(
    'the scenario %s sends %s',
    (scenario, value) => {
      expect(readBodies(read(`scenarios/${scenario}.sh`))).toContainEqual(JSON.parse(value));
    },
  );
});

/** The JSON bodies of a script, each variable of its own replaced by the saga id of the examples. */
function readBodies(script: string): unknown[] {
  const quoted = [...script.matchAll(/'(\{.*?\})'|"(\{\\".*?\})"/g)].map(
    ([, single, double]) => single ?? double ?? '',
  );
  const texts = quoted.map((text) =>
    text.replaceAll('\\"', '"').replaceAll(/\$\w+/g, '01980f3a-7c2e-7d4b-9a51-3f0c6d2e8b47'),
  );
  return texts.flatMap((text) => {
    try {
      return [JSON.parse(text)];
    } catch {
      return [];
    }
  });
}

describe('api.http', () => {
  const text = read('api.http');
  const variables = new Map([...text.matchAll(/^@(\w+) = (\S+)$/gm)].map(([, name = '', value = '']) => [name, value]));
  const requests = text
    .split(/^###.*$/m)
    .slice(1)
    .map(readRequest);

  function readRequest(block: string) {
    const [head = '', ...body] = block.trim().split('\n\n');
    const [line = ''] = head.split('\n');
    const [, method = '', service = '', path = ''] = line.match(/^(\w+) \{\{(\w+)\}\}(\/[^?\s]*)/) ?? [];
    const bodyText = body
      .join('\n\n')
      .replaceAll(/^# .*$/gm, '')
      .trim();
    return {
      method,
      service,
      path,
      body: bodyText.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => variables.get(name) ?? ''),
    };
  }

  function findOperation({ method, service, path }: ReturnType<typeof readRequest>) {
    const filled = path.replaceAll(/\{\{\w+\}\}/g, 'x');
    const candidates = operations.filter(
      (one) =>
        one.service === service &&
        one.method === method.toLowerCase() &&
        new RegExp(`^${one.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(filled),
    );
    return candidates.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  }

  test('uses only variables that it sets', () => {
    const used = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !variables.has(name))).toEqual([]);
  });

  test('has exactly the calls of the services, once each', () => {
    const listed = requests.map(
      (request) => `${request.service} ${findOperation(request)?.id ?? JSON.stringify(request)}`,
    );
    expect(listed.sort()).toEqual(operations.map(({ service, id }) => `${service} ${id}`).sort());
  });

  test('sends bodies that meet the contract, to the calls that have one', () => {
    for (const request of requests) {
      const { id, body } = findOperation(request) ?? {};
      const isRight = body ? body.safeParse(JSON.parse(request.body)).success : request.body === '';
      expect({ id, isRight }).toEqual({ id, isRight: true });
    }
  });
});
