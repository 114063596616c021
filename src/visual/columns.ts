/** Text in a terminal: how many columns it takes, cut and filled so that what follows stays aligned. */

import { oneLineOf } from './lines-of-text.js';

/** What East Asian terminals draw two columns wide (Unicode's East_Asian_Width W and F, without emoji). */
const WIDE = new RegExp(
  `[${[
    '\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\ua960-\\ua97f\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19',
    '\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6\\u{1b000}-\\u{1b2ff}\\u{20000}-\\u{3fffd}',
  ].join('')}]`,
  'u',
);
/** A sign that is drawn as an emoji: two columns, however many characters it is joined of. */
const EMOJI = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f/u;
/** Accents, joiners, the later parts of a Korean syllable: they stand in the column of the sign before. */
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u1160-\u11ff]/u;

/** Columns of a line of text. */
export function columnsOf(text: string): number {
  return signsOf(text).reduce((sum, sign) => sum + columnsOfSign(sign), 0);
}

/** The text in exactly `columns` columns: what is too long ends in an ellipsis, what is too short in spaces. */
export function inColumns(text: string, columns: number): string {
  const cut = cutTo(text, columns);
  return cut + ' '.repeat(columns - columnsOf(cut));
}

/** As much of the text as fits, with an ellipsis where something is missing, without what steers a terminal. */
export function cutTo(text: string, columns: number): string {
  const line = oneLineOf(text);
  if (columnsOf(line) <= columns) return line;
  let [cut, used] = ['', 1]; // of the ellipsis
  for (const sign of signsOf(line)) {
    used += columnsOfSign(sign);
    if (used > columns) break;
    cut += sign;
  }
  return columns > 0 ? `${cut}…` : '';
}

/** The same for a path, of which the end tells most: `…/dogs/a.png`. */
export function cutPathTo(path: string, columns: number): string {
  const parts = path.split('/');
  const tails = parts.map((_, i) => (i === 0 ? path : `…/${parts.slice(i).join('/')}`));
  return cutTo(tails.find((tail) => columnsOf(tail) <= columns) ?? tails.at(-1) ?? path, columns);
}

/** What a reader takes for one sign. */
const signsOf = (text: string): string[] =>
  [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);

function columnsOfSign(sign: string): number {
  if (EMOJI.test(sign)) return 2;
  return [...sign].reduce((sum, part) => sum + (NO_WIDTH.test(part) ? 0 : WIDE.test(part) ? 2 : 1), 0);
}
