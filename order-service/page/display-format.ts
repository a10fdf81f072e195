const money = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const count = new Intl.NumberFormat('en-GB');

export function formatMoney(amount: number | null): string {
  return amount === null ? '–' : money.format(amount);
}

export function formatCount(number: number): string {
  return count.format(number);
}

/** Tells the time of day with its zone, that of the reader unless another one is named: `14:03:27 CET`. */
export function createTimeFormat(options: { digits?: 3; timeZone?: string } = {}): (time: string | number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short' },
    ...(options.digits && { fractionalSecondDigits: options.digits }),
    ...(options.timeZone && { timeZone: options.timeZone }),
  });
  return (time) => format.format(new Date(time));
}

/** The date and the time as logs and answers have it, where all machines agree: `2026-01-31 13:03:27.123 UTC`. */
export function formatUtc(time: string | number): string {
  return new Date(time).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

/** How long ago, in the largest unit that fits: `3 min`. */
export function formatAge(since: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(since)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
