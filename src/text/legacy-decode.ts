/**
 * Ids to text under the rules of the legacy slow LLaMA tokenizer.
 *
 * Official code: `LlamaTokenizer.convert_tokens_to_string`. It takes the space off the first piece and then
 * lets SentencePiece take one off the result: a text that began with spaces comes back with one space
 * fewer.
 */
import type { PieceDecoder, TextPiece } from './piece-decoder.js';
import { spaceSymbol } from './sentencepiece-model.js';
import type { TextStream } from './tokenizer.js';

/** What decoding asks of a vocabulary. */
export interface PieceTable {
  pieceOf(id: number): TextPiece;
  /** The piece of this text, of type `unknown` when there is none. */
  named(text: string): TextPiece;
  isSpecial(piece: TextPiece): boolean;
  newDecoder(): PieceDecoder;
}

/** Text without special pieces, piece by piece. */
export function legacyStream(table: PieceTable): TextStream {
  const decoder = table.newDecoder();
  let isFirst = true;
  return {
    push(id) {
      const piece = table.pieceOf(id);
      if (table.isSpecial(piece)) return '';
      const shown = isFirst ? withoutSpace(table, piece) : piece;
      isFirst = false;
      return decoder.push(shown);
    },
    end: () => decoder.end(),
  };
}

/** Text with its special pieces; a space is put before text that stands between or in front of them. */
export function decodeWithSpecials(table: PieceTable, ids: readonly number[]): string {
  const pieces = ids.map((id, i) => (i === 0 ? withoutSpace(table, table.pieceOf(id)) : table.pieceOf(id)));
  let text = '';
  let waiting: TextPiece[] = [];
  for (const [i, piece] of pieces.entries()) {
    const followsSpecial = i > 0 && waiting.length === 0;
    if (table.isSpecial(piece)) {
      if (i > 0 && !followsSpecial) text += ' ';
      text += joined(table, waiting) + piece.text;
      waiting = [];
    } else {
      if (i === 1 && followsSpecial && !piece.text.startsWith(spaceSymbol)) text += ' ';
      waiting.push(piece);
    }
  }
  return text + joined(table, waiting);
}

function joined(table: PieceTable, pieces: readonly TextPiece[]): string {
  const decoder = table.newDecoder();
  return pieces.map((piece) => decoder.push(piece)).join('') + decoder.end();
}

function withoutSpace(table: PieceTable, piece: TextPiece): TextPiece {
  return piece.text.startsWith(spaceSymbol) ? table.named(piece.text.slice(1)) : piece;
}
