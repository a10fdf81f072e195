/** How far this clock is ahead of the databases', as near as can be told. */
let aheadMs = Number.POSITIVE_INFINITY;

/** Learns from a time of the databases that has just been told: it is never later than now. */
export function learnTime(told: string): void {
  aheadMs = Math.min(aheadMs, Date.now() - Date.parse(told));
}

/** Now by the clock that times the logs, in ms since the epoch. */
export function serviceNow(): number {
  return Date.now() - (Number.isFinite(aheadMs) ? aheadMs : 0);
}
