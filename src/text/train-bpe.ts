/**
 * Trains a SentencePiece BPE vocabulary in the layout of LLaMA's: `<unk>`, `<s>`, `</s>`, 256 bytes,
 * merges, characters.
 *
 * The pair of neighbours that occurs most often in the texts becomes the next piece, again and again.
 * Pieces never reach over a `▁` (the begin of a word), nor from letters to digits or signs; each digit
 * stands alone.
 */
import { type PairCounts, pairCounts } from './pair-counts.js';
import { bytePiece, type Piece, type SentencePieceModel, spaceSymbol } from './sentencepiece-model.js';

export interface TrainBpeOptions {
  /**
   * Pieces at most, the 259 fixed ones included; fewer come out when the texts have no more pairs to join.
   */
  readonly vocabSize: number;
  /**
   * Share of the characters of the texts that become pieces; the rarest are left to the bytes (default
   * 0.9995).
   */
  readonly characterCoverage?: number;
  /** Characters in a piece at most, `▁` included (default 16). */
  readonly maxPieceLength?: number;
}

/**
 * The same texts give the same model: pairs of equal count are taken shortest first, then in code unit order.
 *
 * @throws RangeError when the vocabulary has no room for the characters that the coverage asks for.
 */
export function trainBpe(texts: Iterable<string>, options: TrainBpeOptions): SentencePieceModel {
  const { vocabSize, characterCoverage = 0.9995, maxPieceLength = 16 } = options;
  checkOptions(vocabSize, characterCoverage);
  const words = countWords(texts);
  const characters = coveredCharacters(words, characterCoverage);
  const room = vocabSize - fixedPieces.length - characters.length;
  if (room < 0) {
    const least = characters.length + fixedPieces.length;
    throw new RangeError(
      `vocabSize ${vocabSize} has no room for ${characters.length} characters and the fixed pieces: ` +
        `expected at least ${least}, or a lower characterCoverage`,
    );
  }
  const merges = learnMerges(pairCounts(words, new Set(characters), maxPieceLength), room);
  const scored = [...merges, ...characters].map((text, i): Piece => ({ text, score: 0 - i, type: 'normal' }));
  return { ...llamaStyle, pieces: [...fixedPieces, ...scored] };
}

const llamaStyle = {
  byteFallback: true,
  addDummyPrefix: true,
  removeExtraWhitespaces: false,
  bosPiece: '<s>',
  eosPiece: '</s>',
  unkSurface: ' \u2047 ',
} as const;

/** Ids 0 to 258. */
const fixedPieces: readonly Piece[] = [
  { text: '<unk>', score: 0, type: 'unknown' },
  { text: '<s>', score: 0, type: 'control' },
  { text: '</s>', score: 0, type: 'control' },
  ...Array.from({ length: 256 }, (_, b): Piece => ({ text: bytePiece(b), score: 0, type: 'byte' })),
];

function checkOptions(vocabSize: number, coverage: number): void {
  if (!Number.isInteger(vocabSize) || vocabSize < fixedPieces.length) {
    throw new RangeError(`vocabSize: expected an integer from ${fixedPieces.length}, got ${vocabSize}`);
  }
  if (!(coverage > 0 && coverage <= 1)) {
    throw new RangeError(`characterCoverage: expected a share above 0 and up to 1, got ${coverage}`);
  }
}

/** Stretches of text that a piece may cover, with the number of times they occur. */
function countWords(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const prepared = spaceSymbol + text.replace(/\p{Surrogate}/gu, '\ufffd').replaceAll(' ', spaceSymbol);
    for (const word of prepared.match(wordPattern) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

const wordPattern =
  /\u2581?(?:\p{Nd}|[\p{L}\p{M}\u200c\u200d]+|[^\u2581\p{Nd}\p{L}\p{M}\u200c\u200d]+)|\u2581/gu;

/** The most frequent characters, most frequent first, up to the wanted share of all; `▁` always. */
function coveredCharacters(words: ReadonlyMap<string, number>, coverage: number): string[] {
  const counts = new Map([[spaceSymbol, 0]]);
  let total = 0;
  for (const [word, count] of words) {
    for (const character of word) {
      counts.set(character, (counts.get(character) ?? 0) + count);
      total += count;
    }
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  let covered = 0;
  return sorted.flatMap(([character, count]) => {
    const isWanted = covered < coverage * total || character === spaceSymbol;
    covered += count;
    return isWanted ? [character] : [];
  });
}

function learnMerges(pairs: PairCounts, count: number): string[] {
  const merges = new Set<string>();
  while (merges.size < count) {
    const piece = pairs.mergeBest();
    if (piece === undefined) break;
    merges.add(piece); // two pairs may join to the same text: one piece
  }
  return [...merges];
}
