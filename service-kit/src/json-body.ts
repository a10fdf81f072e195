import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { commonProblem } from './problem.ts';

/**
 * Reads JSON bodies of up to 16 kB in UTF-8. The parser alone would also read UTF-16, and would read bytes that are no
 * UTF-8 as `�`: two different requests would then be the same.
 */
export function readJsonBodies(): RequestHandler {
  return express.json({
    limit: '16kb',
    type: 'application/json',
    verify(_request, _response, bytes, charset) {
      if (charset !== 'utf-8') throw commonProblem('unsupported-media-type');
      if (!isUtf8(bytes)) throw commonProblem('malformed-request', 'The body is not UTF-8.');
    },
  });
}
