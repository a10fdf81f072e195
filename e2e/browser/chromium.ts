import { findChromium, launchChromium } from 'stack/chromium';

export function findTheBrowser(): void {
  const named = process.env['CHROMIUM'];
  afterEach(() => {
    jest.restoreAllMocks();
    if (named === undefined) delete process.env['CHROMIUM'];
    else process.env['CHROMIUM'] = named;
  });

  test('a CHROMIUM that names nothing is said, not replaced', () => {
    process.env['CHROMIUM'] = '/no/such/chromium';
    expect(() => findChromium()).toThrow('CHROMIUM names /no/such/chromium, which does not exist');
  });

  // Chromium refuses to start as root with its sandbox: so it is seen that nobody but root goes without.
  (process.getuid?.() === 0 ? test : test.skip)('whoever is not root gets a sandbox', async () => {
    jest.spyOn(process, 'getuid').mockReturnValue(1_000);
    const launched = await launchChromium().then(
      async (browser) => {
        await browser.close();
        return 'started';
      },
      (error: Error) => error.message,
    );
    expect(launched).toContain('without --no-sandbox is not supported');
  });
}
