/**
 * Byte-pair encoding as SentencePiece does it: the neighbours whose joined piece has the highest score are
 * merged first, of equal scores the leftmost, until no two neighbours make a piece. n log n in the length
 * of the text.
 *
 * The order decides: 17,954 pieces of the official vocabulary share the score 0, so a list of merges (a
 * rank for each pair, as in `tokenizer.json`) gives other ids for some texts.
 */
import { PriorityQueue } from './priority-queue.js';
import { bytePiece, type SentencePieceModel } from './sentencepiece-model.js';

/** `encode('▁a▁cat')`: prepared text → ids. */
export function bytePairEncoder(model: SentencePieceModel): (text: string) => number[] {
  const vocabulary = vocabularyOf(model);
  const toIds = idsOfPieces(model, vocabulary);
  return (text) => (text === '' ? [] : toIds(mergePieces(vocabulary, text)));
}

interface Vocabulary {
  /** Pieces that text may be merged to. */
  readonly mergeable: ReadonlyMap<string, number>;
  /** Unknown, control and byte pieces: they have an id but no merge leads to them. */
  readonly reserved: ReadonlyMap<string, number>;
  readonly scores: Float32Array;
  /** Pieces that training gave up: merged like others, then taken apart again. */
  readonly unused: ReadonlySet<string>;
  /** Finds one symbol: a user-defined piece (the longest first) or one character. */
  readonly symbol: RegExp;
  readonly userPieces: ReadonlySet<string>;
}

function vocabularyOf(model: SentencePieceModel): Vocabulary {
  const mergeable = new Map<string, number>();
  const reserved = new Map<string, number>();
  for (const [id, { text, type }] of model.pieces.entries()) {
    (type === 'unknown' || type === 'control' || type === 'byte' ? reserved : mergeable).set(text, id);
  }
  const ofType = (wanted: string) => model.pieces.filter((p) => p.type === wanted).map((p) => p.text);
  const userPieces = ofType('user');
  return {
    mergeable,
    reserved,
    scores: Float32Array.from(model.pieces, (piece) => piece.score),
    unused: new Set(ofType('unused')),
    symbol: new RegExp([...longestFirst(userPieces), '[^]'].join('|'), 'gu'),
    userPieces: new Set(userPieces),
  };
}

/** The texts as alternatives of a regular expression. */
export function longestFirst(texts: readonly string[]): string[] {
  const sorted = [...texts].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return sorted.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&'));
}

/** A merge that may be done: symbols `left` and its next one, together `length` characters. */
interface Merge {
  readonly left: number;
  readonly length: number;
  readonly score: number;
}

/** Symbols of a text as a linked list: symbol i reaches from `start[i]` to `end[i]` (0: merged away). */
interface Symbols {
  readonly text: string;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly previous: Int32Array;
  readonly next: Int32Array;
  readonly isFrozen: Uint8Array;
}

function mergePieces(vocabulary: Vocabulary, text: string): string[] {
  const symbols = splitSymbols(vocabulary, text);
  const { start, end, previous, next } = symbols;
  const halves = new Map<string, readonly [string, string]>();
  const queue = new PriorityQueue<Merge>(
    (a, b) => a.score > b.score || (a.score === b.score && a.left < b.left),
  );
  const consider = (left: number): void => {
    const merge = mergeAt(vocabulary, symbols, left, halves);
    if (merge !== undefined) queue.push(merge);
  };
  for (let i = 0; i < start.length; i++) consider(i);

  for (let merge = queue.pop(); merge !== undefined; merge = queue.pop()) {
    const { left, length } = merge;
    const right = at(next, left);
    // Either side may have grown since this merge was found: then it is another piece, found again on its
    // own.
    if (at(end, left) === 0 || right < 0 || at(end, right) - at(start, left) !== length) continue;
    end[left] = at(end, right);
    end[right] = 0;
    const after = at(next, right);
    next[left] = after;
    if (after >= 0) previous[after] = left;
    consider(at(previous, left));
    consider(left);
  }
  return [...piecesOf(symbols)].flatMap((piece) => takeApart(vocabulary, halves, piece));
}

function splitSymbols(vocabulary: Vocabulary, text: string): Symbols {
  const found = text.match(vocabulary.symbol) ?? [];
  const count = found.length;
  const start = new Int32Array(count);
  const end = new Int32Array(count);
  for (let i = 0, offset = 0; i < count; i++) {
    start[i] = offset;
    offset += found[i]?.length ?? 0;
    end[i] = offset;
  }
  const previous = Int32Array.from(found, (_, i) => i - 1);
  const next = Int32Array.from(found, (_, i) => (i + 1 < count ? i + 1 : -1));
  const isFrozen = Uint8Array.from(found, (symbol) => (vocabulary.userPieces.has(symbol) ? 1 : 0));
  return { text, start, end, previous, next, isFrozen };
}

function mergeAt(
  vocabulary: Vocabulary,
  { text, start, end, next, isFrozen }: Symbols,
  left: number,
  halves: Map<string, readonly [string, string]>,
): Merge | undefined {
  const right = left < 0 ? -1 : at(next, left);
  if (right < 0 || at(isFrozen, left) === 1 || at(isFrozen, right) === 1) return undefined;
  const piece = text.slice(at(start, left), at(end, right));
  const id = vocabulary.mergeable.get(piece);
  if (id === undefined) return undefined;
  if (vocabulary.unused.has(piece)) {
    const middle = at(end, left) - at(start, left);
    halves.set(piece, [piece.slice(0, middle), piece.slice(middle)]);
  }
  return { left, length: piece.length, score: at(vocabulary.scores, id) };
}

function* piecesOf({ text, start, end, next }: Symbols): Generator<string> {
  for (let i = 0; i >= 0; i = at(next, i)) yield text.slice(at(start, i), at(end, i));
}

function takeApart(
  vocabulary: Vocabulary,
  halves: ReadonlyMap<string, readonly [string, string]>,
  piece: string,
): string[] {
  const parts = vocabulary.unused.has(piece) ? halves.get(piece) : undefined;
  return parts === undefined ? [piece] : parts.flatMap((part) => takeApart(vocabulary, halves, part));
}

/** Ids of pieces; what is no piece becomes its bytes, or one unknown id for a whole run of it. */
function idsOfPieces(model: SentencePieceModel, vocabulary: Vocabulary): (pieces: string[]) => number[] {
  const unknown = model.pieces.findIndex((piece) => piece.type === 'unknown');
  const encoder = new TextEncoder();
  const byteIds = Int32Array.from(
    { length: 256 },
    (_, b) => vocabulary.reserved.get(bytePiece(b)) ?? unknown,
  );
  return (pieces) => {
    const ids: number[] = [];
    for (const piece of pieces) {
      const id = vocabulary.reserved.get(piece) ?? vocabulary.mergeable.get(piece) ?? unknown;
      if (id !== unknown) ids.push(id);
      else if (model.byteFallback) for (const byte of encoder.encode(piece)) ids.push(at(byteIds, byte));
      else if (ids.at(-1) !== unknown) ids.push(unknown);
    }
    return ids;
  };
}

/** An element that is known to exist. */
function at(numbers: Int32Array | Uint8Array | Float32Array, i: number): number {
  return numbers[i] as number;
}
