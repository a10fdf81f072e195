import type { Response } from 'supertest';
import { type ProblemDocument, readProblem } from '../src/problem.ts';

/** Expects the answer to be this problem, and gives its document. */
export function expectProblem(response: Response, status: number, name: string): ProblemDocument {
  // The body is in the expectation so that a failure shows it.
  expect({ status: response.status, body: response.body }).toMatchObject({
    status,
    body: { type: `/problems/${name}`, status },
  });
  const problem = readProblem(response.status, response.headers['content-type'], response.body);
  if (!problem) throw new Error(`no problem document: ${response.headers['content-type']} ${response.text}`);
  return problem;
}
