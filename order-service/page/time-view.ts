import { html, type TemplateResult } from 'lit-html';
import { createTimeFormat, formatUtc } from './display-format.ts';

const formatSecond = createTimeFormat();
const formatMillisecond = createTimeFormat({ digits: 3 });

/** A time of day where the reader is; the date, and the time in UTC, for whoever points at it. */
export function timeView(time: string | number): TemplateResult {
  return viewOf(time, formatSecond);
}

/** The same to the millisecond. */
export function preciseTimeView(time: string | number): TemplateResult {
  return viewOf(time, formatMillisecond);
}

function viewOf(time: string | number, format: typeof formatSecond): TemplateResult {
  return html`<time datetime=${new Date(time).toISOString()} title=${formatUtc(time)}>${format(time)}</time>`;
}
