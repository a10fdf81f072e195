import { waitUntil } from 'stack/wait-until';
import { type BrowserSystem, inWindow, sees } from './page-window.ts';

interface Clocks {
  told: { text: string; at: string; title: string }[];
  body: string;
}

const readClocks = `(() => {
  const times = [...document.querySelectorAll('time')];
  const told = times.map((time) => ({ text: time.textContent, at: time.dateTime, title: time.title }));
  return { told, body: document.body.textContent };
})()`;

export function tellOneClock(system: BrowserSystem): void {
  test('every time is that of the reader, with its zone, and in UTC for whoever points at it', () =>
    inWindow(
      system,
      async ({ page, part, log, diagram }) => {
        await part('Place an order').getByRole('button', { name: 'One that is compensated' }).click();
        await sees(diagram.getByText('ended: all is undone'));
        await sees(log.getByRole('time').first());
        await part('The books').getByRole('button', { name: 'Audit now' }).click();
        await sees(part('The books').getByRole('time'));
        for (const place of [page.getByRole('status'), part(/^Sagas/), page.locator('#chosen .facts'), log]) {
          await waitUntil('a time is there', async () => (await place.getByRole('time').count()) > 0);
        }

        // At one moment: the page goes on telling what happens.
        const { told, body } = await page.evaluate<Clocks>(readClocks);
        for (const { text, at, title } of told) {
          expect(title).toBe(at.replace('T', ' ').replace('Z', ' UTC'));
          // Half an hour apart from every clock of whoever runs this.
          const there = new Date(Date.parse(at) + 5.5 * 3_600_000).toISOString().slice(11, -1);
          expect([`${there.slice(0, 8)} GMT+5:30`, `${there} GMT+5:30`]).toContain(text);
        }
        expect(body.match(/\d\d:\d\d:\d\d/g)).toHaveLength(told.length);
      },
      { timezoneId: 'Asia/Kolkata' },
    ));
}
