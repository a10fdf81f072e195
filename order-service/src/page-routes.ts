import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Response, Router } from 'express';

const sources = fileURLToPath(new URL('../page', import.meta.url));
const modules = fileURLToPath(new URL('../dist/page', import.meta.url));
// What Node itself would import lies one folder below the files for browsers.
const litHtml = dirname(dirname(createRequire(import.meta.url).resolve('lit-html')));

/** The page, with all that it loads. A browser asks each time whether a file is still the same. */
export function pageRoutes(): Router {
  const router = Router();
  const files = { index: false, redirect: false, setHeaders } as const;

  router.get('/', async (_request, response) => {
    const html = await readFile(join(sources, 'index.html'), 'utf8');
    setHeaders(response);
    response.set('content-security-policy', contentPolicy(html)).type('html').send(html);
  });
  router.use('/page', ({ path }, _response, next) => next(isServed(path) ? undefined : 'router'));
  router.use('/page/lit-html', express.static(litHtml, files));
  router.use('/page', express.static(sources, files), express.static(modules, files));
  return router;
}

/** What the page may load and whom it may ask: this service. Its one inline script says where modules are. */
function contentPolicy(html: string): string {
  const [, importMap = ''] = html.match(/<script type="importmap">(.*?)<\/script>/s) ?? [];
  const hash = createHash('sha256').update(importMap).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function setHeaders(response: Response): void {
  response.set({ 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
}

function isServed(path: string): boolean {
  return ['.css', '.js', '.svg'].includes(extname(path));
}
