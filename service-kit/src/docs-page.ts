import { type ApiDescription, toOpenApi } from './openapi.ts';

/** The API as one HTML page that needs neither script nor network. */
export function toDocsPage(api: ApiDescription): string {
  const operations = Object.entries(toOpenApi(api).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      toSection(`${method.toUpperCase()} ${path}`, operation as Record<string, unknown>),
    ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(api.title)}</title></head>
<body><main><h1>${escapeHtml(api.title)}</h1><p>${escapeHtml(api.description)}
The same as <a href="/openapi/v1.json">OpenAPI 3.1</a>.</p>
${operations.join('\n')}
</main></body></html>
`;
}

function toSection(name: string, { summary, ...parts }: Record<string, unknown>): string {
  const details = Object.entries(parts)
    .filter(([, value]) => !isEmpty(value))
    .map(([part, value]) => {
      const text = escapeHtml(JSON.stringify(value, null, 2));
      return `<details><summary>${part}</summary><pre>${text}</pre></details>`;
    });
  return `<section><h2><code>${escapeHtml(name)}</code></h2><p>${escapeHtml(String(summary))}</p>
${details.join('\n')}</section>`;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
