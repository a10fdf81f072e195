import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { problemMediaType } from '../src/problem.ts';
import { type ApiAnswer, type ApiCall, type Json, type Part, readCalls } from './api-document.ts';

export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
}

export type ApiChecker = ReturnType<typeof createApiChecker>;

/** Holds answers to the OpenAPI document that was served, and remembers which of the documented ones were seen. */
export function createApiChecker(document: Json) {
  const ajv = new Ajv2020({ strict: false, multipleOfPrecision: 6 });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: 'api' });
  const validators = new Map<string, ValidateFunction>();
  const calls = readCalls(document);
  const patterns = calls.map((call) => ({ call, pattern: toPattern(call.path) }));
  const seen = new Set<string>();

  /** What is wrong with the value, or undefined. */
  function findFault({ pointer }: Part, value: unknown): string | undefined {
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `api#${encodeURI(pointer)}` });
    validators.set(pointer, validate);
    return validate(value) ? undefined : `${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`;
  }

  /**
   * Checks the status, the headers and the body of an answer.
   * @throws Error if the document does not know such an answer of this call
   */
  function check(method: string, pathname: string, answer: HttpAnswer): void {
    const matching = patterns.find(({ call, pattern }) => call.method === method && pattern.test(pathname));
    const fault = matching ? checkAnswer(matching.call, answer) : checkUnknown(answer);
    if (fault) throw new Error(`${method} ${pathname} answered ${answer.status}: ${fault}`);
  }

  function checkAnswer(call: ApiCall, answer: HttpAnswer): string | undefined {
    const documented = call.answers.find(({ status }) => status === answer.status);
    if (!documented) return `which ${call.id} does not document: ${answer.text}`;
    for (const { name, required, schema } of documented.headers) {
      const value = answer.headers.get(name);
      if (value === null && !required) continue;
      const fault = value === null ? 'is missing' : findFault(schema, value);
      if (fault) return `the header ${name} ${fault}`;
    }
    const fault = checkContent(documented, answer);
    if (!fault) seen.add(nameAnswer(call, documented, answer));
    return fault;
  }

  function checkContent(documented: ApiAnswer, { status, headers, text }: HttpAnswer): string | undefined {
    const mediaType = headers.get('content-type')?.split(';')[0];
    if (mediaType === undefined) return documented.content.length > 0 || text ? 'without a content type' : undefined;
    const content = documented.content.find((candidate) => candidate.mediaType === mediaType);
    if (!content) return `with ${mediaType}, which is not documented`;
    const body = mediaType.endsWith('json') ? JSON.parse(text) : text;
    const fault = findFault(content.schema, body);
    if (fault || mediaType !== problemMediaType) return fault;
    const { type, title } = Object(content.examples[toName(body.type)]?.node['value']);
    const isDocumented = body.type === type && body.title === title && body.status === status;
    return isDocumented ? undefined : `a problem that is not documented: ${text}`;
  }

  return {
    calls,
    findFault,
    check,
    seen,
    /** What the document says that can be answered, and was not seen yet. */
    listUnseen(): string[] {
      return calls
        .flatMap((call) => call.answers.flatMap((answer) => nameAnswers(call, answer)))
        .filter((name) => !seen.has(name));
    },
  };
}

/** What is not in the document is not there. A path that cannot be decoded belongs to no call. */
function checkUnknown({ status, text }: HttpAnswer): string | undefined {
  return status === 404 && text.includes('/problems/route-not-found')
    ? undefined
    : `of which no call is known: ${text}`;
}

function nameAnswer(call: ApiCall, { status }: ApiAnswer, { headers, text }: HttpAnswer): string {
  const mediaType = headers.get('content-type')?.split(';')[0];
  if (mediaType === undefined) return `${call.id} ${status}`;
  return `${call.id} ${status} ${mediaType === problemMediaType ? toName(JSON.parse(text).type) : mediaType}`;
}

/** Of problems each type is an answer of its own. */
function nameAnswers(call: ApiCall, { status, content }: ApiAnswer): string[] {
  if (content.length === 0) return [`${call.id} ${status}`];
  return content.flatMap(({ mediaType, examples }) =>
    mediaType === problemMediaType
      ? Object.values(examples).map(
          ({ node }) => `${call.id} ${status} ${toName(String(Object(node['value'])['type']))}`,
        )
      : [`${call.id} ${status} ${mediaType}`],
  );
}

const toName = (type: string) => type.replace('/problems/', '');

/** As Express matches: in any case, with or without a slash at the end. */
function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`, 'i');
}
