import { join } from 'node:path';
import { Router } from 'express';
import absolutePath from 'swagger-ui-dist/absolute-path.js';

const assets = ['swagger-ui.css', 'swagger-ui-bundle.js'];

// The page runs scripts and styles of this service alone. Swagger UI's own icons are data URLs.
const policy = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "connect-src 'self'", 'img-src data:'],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

/** The API's OpenAPI document as a page to read and to try, which loads nothing from elsewhere: Swagger UI. */
export function docsPage(title: string): Router {
  const router = Router();
  const page = toHtml(title);
  router.get('/docs', (_request, response) => {
    response.set('content-security-policy', policy).type('html').send(page);
  });
  router.get('/docs/start.js', (_request, response) => void response.type('js').send(startScript));
  for (const asset of assets) {
    router.get(`/docs/${asset}`, (_request, response) => {
      response.sendFile(join(absolutePath(), asset), { maxAge: '1h' });
    });
  }
  return router;
}

function toHtml(title: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><main id="docs"></main>
<noscript>This page needs JavaScript. The same as a document: <a href="/openapi/v1.json">OpenAPI 3.1</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
`;
}

const startScript = `SwaggerUIBundle({
  dom_id: '#docs',
  url: '/openapi/v1.json',
  deepLinking: true,
  // Without a validator on the network.
  validatorUrl: null,
});
`;
