const money = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const count = new Intl.NumberFormat('en-GB');

export function formatMoney(amount: number | null): string {
  return amount === null ? '–' : money.format(amount);
}

export function formatCount(number: number): string {
  return count.format(number);
}

/** The time of day where the reader is: `14:03:27`. */
export function formatTime(time: string | number): string {
  return new Date(time).toLocaleTimeString('en-GB');
}

/** How long ago, in the largest unit that fits: `3 min`. */
export function formatAge(since: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(since)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
