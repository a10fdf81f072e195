import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createApiChecker } from './api-checker.ts';
import type { ApiClient, ReadAnswer } from './api-client.ts';
import type { Json, Part } from './api-document.ts';

/** What holds for the OpenAPI document of any service. */
export function describeApiDocument(fetchDocument: () => Promise<Json>) {
  let document: Json;
  beforeAll(async () => {
    document = await fetchDocument();
  });

  test('is valid OpenAPI 3.1', () => {
    expect(document['openapi']).toBe('3.1.0');
    expect(validateOpenApi(document)).toEqual({ valid: true });
  });

  test('has a name of its own, a tag and a summary for each call', () => {
    const operations = Object.values(document['paths'] as Record<string, Json>).flatMap((methods) =>
      Object.values(methods as Record<string, { operationId: string; tags: string[]; summary: string }>),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = (document['tags'] as { name: string }[]).map(({ name }) => name);
    for (const operation of operations) {
      expect(tags).toContain(operation.tags[0]);
      expect(operation.summary).not.toBe('');
    }
  });

  test('has only examples that meet their schemas', () => {
    const { calls, findFault } = createApiChecker(document);
    const examples = calls.flatMap(({ parameters, body, answers }) => [
      ...parameters.flatMap(({ schema }) => listOwnExamples(schema)),
      ...Object.values(body?.examples ?? {}).map(({ value }) => ({ schema: body?.schema as Part, value })),
      ...answers
        .flatMap(({ content }) => content)
        .flatMap(({ schema, examples }) => [
          ...listOwnExamples(schema),
          ...Object.values(examples).map(({ node }) => ({ schema, value: node['value'] })),
        ]),
    ]);
    expect(examples.length).toBeGreaterThan(calls.length);
    expect(examples.map(({ schema, value }) => findFault(schema, value)).filter(Boolean)).toEqual([]);
  });

  test('refers only to components that there are, and has none but problems that nothing refers to', () => {
    const text = JSON.stringify(document);
    const components = document['components'] as Record<string, Json>;
    const there = Object.entries(components).flatMap(([kind, parts]) =>
      Object.keys(parts).map((name) => `#/components/${kind}/${name}`),
    );
    const referred = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    const needed = there.filter((name) => !name.startsWith('#/components/examples/') || referred.includes(name));
    expect(needed.sort()).toEqual([...new Set(referred)].sort());
  });
}

/** Holds an answer to an example of the document; ids, times and durations may be others. */
export function expectExample({ calls }: ApiClient, id: string, name: string, { status, body }: ReadAnswer): void {
  const answer = calls.find((call) => call.id === id)?.answers.find((candidate) => candidate.status === status);
  expect(blur(body)).toEqual(blur(answer?.content[0]?.examples[name]?.node['value']));
}

function blur(value: unknown): unknown {
  const text = JSON.stringify(value ?? null)
    .replaceAll(/"[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}"/g, '"an id"')
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"')
    .replaceAll(/"durationMs":\d+/g, '"durationMs":1');
  return JSON.parse(text);
}

function listOwnExamples(schema: Part): { schema: Part; value: unknown }[] {
  const { examples = [] } = schema.node as { examples?: unknown[] };
  return examples.map((value) => ({ schema, value }));
}

/** As a program of its own: the validator is an ES module. */
function validateOpenApi(document: Json): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
  const file = join(folder, 'v1.json');
  writeFileSync(file, JSON.stringify(document));
  const validator = dirname(createRequire(__filename).resolve('@seriousme/openapi-schema-validator'));
  try {
    return JSON.parse(
      execFileSync(process.execPath, [join(validator, 'bin', 'validate-api-cli.js'), file], { encoding: 'utf8' }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
