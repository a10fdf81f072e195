import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Operation } from './openapi.ts';
import { commonProblem, type ProblemTable, type ProblemType } from './problem.ts';
import { readParams } from './request-input.ts';

const problemPath = z.object({
  name: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .meta({ examples: ['validation-failed'] }),
});

/** What is known of a problem type, for programs. */
const problemEntry = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    remedy: z.string().describe('What whoever gets it should do'),
    retryAfterS: z.int().optional().describe('Sent as `Retry-After`'),
  })
  .meta({ id: 'ProblemType' });

/** The call that a problem document's `type` leads to. */
export const problemOperation: Operation = {
  id: 'getProblemType',
  tag: 'service',
  method: 'get',
  path: '/problems/{name}',
  summary: 'What a problem means and what to do about it',
  params: problemPath,
  answers: { 200: { description: 'The problem type', schema: problemEntry, text: ['text/html'] } },
  problems: ['route-not-found'],
  neverFails: true,
};

export function problemPages(problems: ProblemTable): Router {
  return Router().get('/problems/:name', (request: Request, response: Response) => {
    const { name } = readParams(request, problemPath);
    const type = Object.hasOwn(problems, name) ? problems[name] : undefined;
    if (!type) throw commonProblem('route-not-found', `GET ${request.path}`);
    // What is asked for comes first for a browser, and JSON for everything that has no wish.
    response.format({
      json: () => response.json({ type: `/problems/${name}`, ...type }),
      html: () => response.set('content-security-policy', "default-src 'none'").send(toHtml(name, type)),
    });
  });
}

function toHtml(name: string, { status, title, remedy }: ProblemType): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title></head>
<body><main><h1>${name}</h1><p>HTTP ${status}: ${toText(title)}</p><h2>What to do</h2><p>${toText(remedy)}</p>
<p><a href="/docs">The calls of this service</a></p></main></body></html>
`;
}

/** Text as HTML, with what stands in backticks as code. */
function toText(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
