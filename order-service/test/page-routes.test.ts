import { createHash } from 'node:crypto';
import { expectProblem } from '../../service-kit/test/problem-expectation.ts';
import { type OrderSystem, startOrderSystem } from './order-system.ts';

let system: OrderSystem;
beforeAll(async () => {
  system = await startOrderSystem();
});
afterAll(() => system.close());

test.each(['text/html', '*/*', 'application/json', undefined])('GET / is the page, Accept: %s', async (accept) => {
  const request = system.order.http.get('/');
  const { text, headers, type } = await (accept ? request.set('accept', accept) : request).expect(200);
  expect(type).toBe('text/html');
  expect(text).toMatch(/^<!doctype html>/i);
  expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
});

test('its policy lets it run its own files and its import map, and nothing else', async () => {
  const { text, headers } = await system.order.http.get('/').expect(200);
  const policy = headers['content-security-policy'] as string;
  const [, importMap = ''] = text.match(/<script type="importmap">(.*?)<\/script>/s) ?? [];
  expect(JSON.parse(importMap).imports).toMatchObject({ 'lit-html': '/page/lit-html/lit-html.js' });
  const hash = createHash('sha256').update(importMap).digest('base64');
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  // What the policy would stop is not in the page.
  expect(text).not.toMatch(/ style=| on[a-z]+=|<style|https?:/);
  expect(text.match(/<script(?![^>]*(?: src=|"importmap"))/g)).toBeNull();
});

test('all that the page names is there, with its type', async () => {
  const { text } = await system.order.http.get('/').expect(200);
  const named = [...text.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path = '']) => path);
  expect(named.filter((path) => path.endsWith('.css')).length).toBeGreaterThan(0);
  // Modules are compiled by the build, which these tests do without.
  for (const path of named.filter((name) => name.endsWith('.css'))) {
    const { type, headers } = await system.order.http.get(path).expect(200);
    expect(type).toBe('text/css');
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
});

test.each(['lit-html.js', 'directives/repeat.js', 'directive.js'])(
  'lit-html/%s is the one for browsers',
  async (file) => {
    const { type, text } = await system.order.http.get(`/page/lit-html/${file}`).buffer(true).expect(200);
    expect(type).toBe('text/javascript');
    expect(text).not.toContain('node:');
  },
);

test('a file that a browser has is not sent again, and it asks each time', async () => {
  const { headers } = await system.order.http.get('/page/lit-html/lit-html.js').expect(200);
  expect(headers['cache-control']).toBe('no-cache');
  await system.order.http
    .get('/page/lit-html/lit-html.js')
    .set('if-none-match', headers['etag'] as string)
    .expect(304);
});

test.each([
  'main.ts',
  'tsconfig.json',
  '.tsbuildinfo',
  'lit-html/package.json',
  '../src/main.ts',
  '%2e%2e/src/main.js',
  '..%2f..%2fpackage.json',
  'nothing.js',
  '',
])('/page/%s is not served', async (path) => {
  expectProblem(await system.order.http.get(`/page/${path}`), 404, 'route-not-found');
});

test('what is not GET is no page', async () => {
  expectProblem(await system.order.http.post('/'), 404, 'route-not-found');
  expectProblem(await system.order.http.post('/page/lit-html/lit-html.js'), 404, 'route-not-found');
});
