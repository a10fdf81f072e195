import fc from 'fast-check';
import type { RawRequest } from './api-client.ts';
import { type ApiCall, follow, type Json } from './api-document.ts';

/** A request of which it is known whether it meets the document. */
export interface FuzzRequest extends RawRequest {
  id: string;
  isValid: boolean;
}

const hostile = [
  ...["'; DROP TABLE orders; --", "' OR '1'='1", '<script>alert(1)</script>', '../../etc/passwd'],
  ...['{{7*7}}', '%00', '%s%n', '\u202ertl', 'Ω≈ç√', '😀'.repeat(10), 'null', '__proto__', '-1', '1e3', ' '],
];
const controls = ['\u2028', 'a\u2069', '\u0000', 'a\u0000b', '\n', '\u001b[31m', '\ud800', '\udfff\ud800'];

// Never true: that would be a valid `fail`.
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, false, '', 'true', 0, -1, 1.005, 1e308, 2 ** 53, -0, [], {}, [[[[]]]], {
    a: { b: 1 },
  }),
  fc.constantFrom(...hostile, ...controls),
  fc.string({ minLength: 101, maxLength: 300 }),
  fc.array(fc.integer(), { maxLength: 3 }),
);

const unreadable: [type: string, body: string][] = [
  ['application/json', '{"'],
  ['application/json', '{"a":NaN}'],
  ['application/json', '"a string"'],
  ['application/json', '[1'],
  ['application/json', `{"a":"${'a'.repeat(17_000)}"}`],
  ['application/json', '['.repeat(8_000)],
  ['application/json; charset=latin1', '{}'],
  ['application/xml', '<a/>'],
  ['text/plain', '{}'],
  ['application/x-www-form-urlencoded', 'a=b'],
  ['multipart/form-data; boundary=x', '--x--'],
];

export interface RequestOptions {
  document: Json;
  /** Ids that mean something to the service: among random ones they are used again and again. */
  ids: readonly string[];
  /** Narrows the schema of a field, so that a valid request does no more than a test can bear; `$` is a whole body. */
  narrow(callId: string, field: string, schema: Json): Json;
}

/** Requests of one call: valid, with one thing wrong, and wrong altogether. */
export function requestsOf(call: ApiCall, { document, ids, narrow }: RequestOptions): fc.Arbitrary<FuzzRequest> {
  const resolve = (schema: Json) =>
    typeof schema['$ref'] === 'string' ? follow(document, schema['$ref'].slice(1)).node : schema;
  const valuesFor = (field: string, given: Json): fc.Arbitrary<unknown> => {
    const schema = narrow(call.id, field, resolve(given)) as Schema;
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (!schema.type && schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valuesFor(field, one as Json)));
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type) => valuesFor(field, { ...schema, type })));
    const { minimum = 0, maximum = 1e9, minLength = 0, maxLength = 40 } = schema;
    switch (schema.type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.oneof(fc.constantFrom(minimum, maximum), fc.integer({ min: minimum, max: maximum }));
      case 'number':
        return fc.integer({ min: minimum * 100, max: maximum * 100 }).map((cents) => cents / 100);
      case 'object':
        return objectOf(schema);
      case 'array':
        return fc.array(valuesFor('item', schema.items ?? {}), {
          minLength: schema.minItems ?? 0,
          maxLength: schema.maxItems ?? 10,
        });
      default: {
        if (schema.format === 'date-time')
          return fc
            .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
            .map((time) => time.toISOString());
        if (schema.format === 'uuid') return fc.oneof(fc.constantFrom(...ids), fc.uuid());
        const accepts = new RegExp(schema.pattern ?? '', 'u');
        const texts = fc.oneof(
          fc.constantFrom('apple', 'unicorn', ...(schema.examples ?? []), ...hostile),
          fc.string({ minLength, maxLength }),
        );
        const fits = (text: string) =>
          accepts.test(text) && text.trim().length >= minLength && text.length <= maxLength;
        return texts.filter(fits);
      }
    }
  };
  const objectOf = ({ properties = {}, required = [], anyOf = [] }: Schema) =>
    fc
      .record(Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valuesFor(name, schema)])), {
        requiredKeys: required,
      })
      .filter((value) => anyOf.length === 0 || anyOf.some((one) => one.required?.every((name) => name in value)));

  const named = (place: string) => call.parameters.filter((parameter) => parameter.in === place);
  const valuesOf = (place: string) =>
    fc.record(Object.fromEntries(named(place).map(({ name, schema }) => [name, valuesFor(name, schema.node)])), {
      requiredKeys: named(place)
        .filter(({ required }) => required)
        .map(({ name }) => name),
    }) as fc.Arbitrary<Record<string, unknown>>;
  const valid = fc.record({
    params: valuesOf('path'),
    query: valuesOf('query'),
    headers: valuesOf('header'),
    body: call.body ? valuesFor('$', call.body.schema.node) : fc.constant(undefined),
  }) as fc.Arbitrary<Parts>;
  const toRequest = (parts: Parts, isValid: boolean) => ({ ...build(call, parts), isValid });
  const spoilt = fc
    .tuple(valid, fc.nat(), junk, fc.constantFrom('set', 'remove', 'add'))
    .map(([parts, seed, value, how]) => toRequest(spoil(parts, seed, value, how), false));
  const unreadableBody = fc.tuple(valid, fc.constantFrom(...unreadable)).map(([parts, [type, body]]) => ({
    ...toRequest(parts, false),
    ...(call.body && { headers: { 'content-type': type }, body }),
  }));
  const nonsense = fc.tuple(valid, fc.jsonValue()).map(([parts, body]) => toRequest({ ...parts, body }, false));
  return fc.oneof(
    { weight: 2, arbitrary: valid.map((parts) => toRequest(parts, true)) },
    { weight: 5, arbitrary: spoilt },
    { weight: 1, arbitrary: unreadableBody },
    { weight: 1, arbitrary: nonsense },
  );
}

interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  examples?: string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  items?: Json;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Json>;
  required?: string[];
  anyOf?: Schema[];
}

interface Parts {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  headers: Record<string, unknown>;
  body: unknown;
}

/** Sets, removes or adds one thing somewhere. */
function spoil(parts: Parts, seed: number, value: unknown, how: string): Parts {
  const isObject = (part: unknown): part is Record<string, unknown> => Object.keys(Object(part)).length > 0;
  const places = (['params', 'query', 'headers', 'body'] as const).filter((place) => isObject(parts[place]));
  const place = places[seed % Math.max(1, places.length)];
  if (!place) return { ...parts, query: { unknown: String(value) } };
  const part = { ...(parts[place] as Record<string, unknown>) };
  const keys = Object.keys(part);
  const key = String(keys[Math.floor(seed / 7) % keys.length]);
  if (how === 'remove' && place !== 'params') delete part[key];
  else if (how === 'add' && place !== 'params') part[`x${key}`] = value;
  else part[key] = value;
  return { ...parts, [place]: part };
}

function build(call: ApiCall, { params, query, headers, body }: Parts): RawRequest & { id: string } {
  const path = call.path.replaceAll(/\{(\w+)\}/g, (_, name) => encode(params[name]));
  const search = Object.entries(query).map(([name, value]) => `${name}=${encode(value)}`);
  const sent = Object.entries(headers).map(([name, value]) => [name, toHeader(value)]);
  return {
    id: call.id,
    method: call.method,
    path: search.length > 0 ? `${path}?${search.join('&')}` : path,
    headers: { ...(call.body && { 'content-type': 'application/json' }), ...Object.fromEntries(sent) },
    body: call.body ? JSON.stringify(body) : undefined,
  };
}

/** As it stands in a URL; what Unicode cannot say stands as bytes that are no UTF-8. */
function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : String(JSON.stringify(value));
  return /\p{Cs}/u.test(text) ? '%ED%A0%80' : encodeURIComponent(text);
}

/** What can go into a header at all: Latin-1 without controls. */
function toHeader(value: unknown): string {
  return String(value).replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '?');
}
