/** Text in a drawing: how long a line is, and what of it fits. */
import { GAP, glyphsOf } from './glyphs.js';

/** Units that a line takes: those of the small font, and a whole em for a sign of East Asia. */
export function textWidth(text: string): number {
  const wide = [...text].filter((sign) => WIDE.test(sign)).length;
  return glyphsOf(text).reduce((sum, { width }) => sum + width + GAP, 4 * wide);
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}]/u;
/** What would move the text around it, or is no text: control characters, overrides of direction, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** The text as one line without such characters. */
export function oneLineOf(text: string): string {
  return text.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim();
}

/** The same; what is too long for `width` units ends in an ellipsis. */
export function fitted(text: string, width: number): string {
  const line = oneLineOf(text);
  if (textWidth(line) <= width) return line;
  const signs = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment);
  let count = signs.length;
  while (count > 1 && textWidth(`${signs.slice(0, count).join('')}…`) > width) count--;
  return `${signs.slice(0, count).join('').trimEnd()}…`;
}

/** The same for a path, of which the end tells most: `…/dogs/a.png`. */
export function fittedPath(path: string, width: number): string {
  const parts = path.split('/');
  const tails = parts.map((_, i) => (i === 0 ? path : `…/${parts.slice(i).join('/')}`));
  return fitted(tails.find((tail) => textWidth(tail) <= width) ?? tails.at(-1) ?? path, width);
}
