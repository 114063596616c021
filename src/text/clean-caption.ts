/**
 * Captions as the retrieval data is cleaned before training and evaluation. Official code: `pre_caption` of
 * BLIP.
 */

/** What Python's `\s` matches, which differs from JavaScript's. */
const whitespace = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const runOfWhitespace = new RegExp(`[${whitespace}]{2,}`, 'gu');

/** Lower case, some signs to spaces, runs of whitespace to one space, at most `maxWords` words. */
export function cleanCaption(caption: string, maxWords = 50): string {
  const plain = caption
    .toLowerCase()
    .replace(/[.!"()*#:;~]/g, ' ')
    .replace(runOfWhitespace, ' ');
  const trimmed = plain.replace(/\n+$/, '').replace(/^ +| +$/g, '');
  return trimmed.split(' ').slice(0, maxWords).join(' ');
}
