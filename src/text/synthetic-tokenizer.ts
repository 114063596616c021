/**
 * A vocabulary of any size without a text to learn it from: for models whose weights are made up, too.
 *
 * Ids 0 to 2 are `<unk>`, `<s>` and `</s>`, 3 to 258 the bytes, as in every LLaMA vocabulary; then come a space,
 * the letters, and all words of two, three, … letters, each with and without a space in front, until it is full.
 */
import { bytePiece, type Piece, type SentencePieceModel, spaceSymbol } from './sentencepiece-model.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const SPECIAL = ['<unk>', '<s>', '</s>'] as const;
const SMALLEST = SPECIAL.length + 256 + 1;

/** A vocabulary of `size` pieces. @throws RangeError when the bytes alone are more. */
export function syntheticVocabulary(size: number): SentencePieceModel {
  if (!Number.isInteger(size) || size < SMALLEST) {
    throw new RangeError(`expected a vocabulary of ${SMALLEST} pieces or more, got ${size}`);
  }
  const bytes = Array.from({ length: 256 }, (_, byte) => bytePiece(byte));
  const words = [spaceSymbol];
  for (let i = 0; words.length + SMALLEST - 1 < size; i++) words.push(word(i), spaceSymbol + word(i));
  const pieces: Piece[] = [
    ...SPECIAL.map((text): Piece => ({ text, score: 0, type: text === '<unk>' ? 'unknown' : 'control' })),
    ...bytes.map((text): Piece => ({ text, score: 0, type: 'byte' })),
    ...words.map((text, rank): Piece => ({ text, score: -rank, type: 'normal' })), // shorter words first
  ];
  return {
    pieces: pieces.slice(0, size),
    byteFallback: true,
    addDummyPrefix: true,
    removeExtraWhitespaces: false,
    bosPiece: '<s>',
    eosPiece: '</s>',
    unkSurface: ' \u2047 ',
  };
}

/** Word `i` of a, b, …, z, aa, ab, …, zz, aaa, … */
function word(i: number): string {
  const last = LETTERS[i % LETTERS.length] ?? '';
  return i < LETTERS.length ? last : word(Math.floor(i / LETTERS.length) - 1) + last;
}
