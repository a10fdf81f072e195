import { z } from 'zod';

/** What is true of every text in a request, for the documents. */
export const textRule =
  'Requests are UTF-8. No text may contain control characters, line or paragraph separators, or bidirectional controls. Names and reasons are trimmed and read in the Unicode form NFC.';

/**
 * Control characters, line and paragraph separators, and bidirectional controls: with them a text could break a line of
 * the log, or pass for another one. Broken surrogates are no characters.
 */
const allowed = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]*$/u;
const error = 'must not contain control characters, line separators or bidirectional controls';

/** A string of 1 to `max` characters as it came: an id that somebody else made. */
export function opaqueText(max: number) {
  return z.string().min(1).max(max).regex(allowed, error);
}

/** A string of 1 to `max` characters after trimming, in the form NFC: what looks the same is the same. */
export function plainText(max: number) {
  return z.string().normalize('NFC').trim().min(1).max(max).regex(allowed, error);
}
