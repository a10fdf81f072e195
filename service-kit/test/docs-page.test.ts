import { Router } from 'express';
import type { Browser, Page } from 'playwright-core';
import { Registry } from 'prom-client';
import { findChromium, launchChromium } from 'stack/chromium';
import supertest from 'supertest';
import { createHttpApp } from '../src/http-app.ts';
import { type HttpServer, listen } from '../src/http-server.ts';
import { createLogger } from '../src/logger.ts';
import { commonOperations, commonTags } from '../src/service-operations.ts';

const hasChromium = process.env['REQUIRE_CHROMIUM'] === '1' || findChromium() !== undefined;
if (!hasChromium) process.stderr.write('tests of /docs in a browser skipped: there is no Chromium\n');

let server: HttpServer;
beforeAll(async () => {
  const api = { title: 'shop', description: 'A shop.', tags: commonTags, problems: {}, operations: commonOperations };
  const logger = createLogger('shop', { logLevel: 'error', logFormat: 'json' });
  const parts = { logger, routes: Router(), api, registry: new Registry(), checkReady: async () => {} };
  server = await listen(createHttpApp(parts), 0);
});
afterAll(() => server.close(0));

test('only what the page needs is served beside it', async () => {
  const http = supertest(server.url);
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js'])
    await http.get(`/docs/${file}`).expect(200);
  for (const file of ['index.html', 'package.json', '..%2fpackage.json']) await http.get(`/docs/${file}`).expect(404);
});

(hasChromium ? describe : describe.skip)('in a browser', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const hosts = new Set<string>();
  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await page.goto(`${server.url}/docs`);
  }, 60_000);
  afterAll(() => browser?.close());

  test('it shows every call', async () => {
    await page.waitForSelector('.opblock');
    const shown = await page.locator('.opblock-summary-path').allInnerTexts();
    // Swagger UI lets long paths break at invisible characters.
    const paths = shown.map((path) => path.replaceAll('\u200b', ''));
    expect(paths.sort()).toEqual(commonOperations.map(({ path }) => path).sort());
  });

  test('a call can be tried', async () => {
    await page.click('#operations-service-getHealth .opblock-summary');
    await page.click('#operations-service-getHealth .try-out__btn');
    await page.click('#operations-service-getHealth .execute');
    const answer = page.locator('#operations-service-getHealth .live-responses-table .microlight').first();
    expect(await answer.textContent()).toContain('"alive"');
  });

  test('nothing is complained of, and nothing comes from elsewhere', () => {
    expect(complaints).toEqual([]);
    expect([...hosts].filter(Boolean)).toEqual([new URL(server.url).host]);
  });
});
