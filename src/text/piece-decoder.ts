/**
 * Pieces to text as SentencePiece does it, one piece at a time.
 *
 * The first space that a text begins with is the dummy prefix and is dropped. Byte pieces are collected to
 * characters; a byte that begins none becomes U+FFFD.
 */
import { type PieceType, spaceSymbol } from './sentencepiece-model.js';

/** One piece of a text; `type` is `unknown` for a text that is not in the vocabulary. */
export interface TextPiece {
  readonly text: string;
  readonly type: PieceType;
}

export interface PieceDecoder {
  push(piece: TextPiece): string;
  end(): string;
}

export interface PieceDecoderOptions {
  /** Spaces that a text begins with and that are not given out. */
  readonly droppedSpaces: 'none' | 'one' | 'all';
  readonly unkPiece: string;
  readonly unkSurface: string;
}

export function pieceDecoder({ droppedSpaces, unkPiece, unkSurface }: PieceDecoderOptions): PieceDecoder {
  let bytes: number[] = [];
  let mayDropSpace = droppedSpaces !== 'none';

  const surfaceOf = (piece: TextPiece): string => {
    if (piece.type === 'control') return '';
    if (piece.type === 'unknown') return piece.text === unkPiece ? unkSurface : piece.text;
    const dropped = mayDropSpace && piece.text.startsWith(spaceSymbol) ? piece.text.slice(1) : piece.text;
    if (dropped !== piece.text && droppedSpaces === 'one') mayDropSpace = false;
    return dropped.replaceAll(spaceSymbol, ' ');
  };
  const giveOut = (text: string): string => {
    if (text !== '') mayDropSpace = false;
    return text;
  };
  const takeCharacters = (isLast: boolean): string => {
    const { text, rest } = decodeBytes(bytes, isLast);
    bytes = rest;
    return giveOut(text);
  };

  return {
    push(piece) {
      if (piece.type === 'byte') {
        bytes.push(Number.parseInt(piece.text.slice(3, 5), 16));
        return takeCharacters(false);
      }
      const before = takeCharacters(true);
      return before + giveOut(surfaceOf(piece));
    },
    end: () => takeCharacters(true),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The characters that are complete, and the bytes of one that may still become so (none when `isLast`). */
function decodeBytes(bytes: readonly number[], isLast: boolean): { text: string; rest: number[] } {
  let text = '';
  let from = 0;
  while (from < bytes.length) {
    const length = lengthOf(bytes[from] ?? 0);
    const some = bytes.slice(from, from + length);
    if (some.length < length && !isLast && some.slice(1).every(isTrail)) break;
    const character = some.length === length ? decodeCharacter(some) : undefined;
    text += character ?? '\ufffd';
    from += character === undefined ? 1 : length;
  }
  return { text, rest: bytes.slice(from) };
}

/** Number of bytes of the character that begins with this one. */
function lengthOf(lead: number): number {
  if (lead >= 0xf0 && lead < 0xf8) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xc0 && lead < 0xe0 ? 2 : 1;
}

function isTrail(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}

function decodeCharacter(bytes: readonly number[]): string | undefined {
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined; // not UTF-8: the caller puts U+FFFD
  }
}
