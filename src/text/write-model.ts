/** Writes a `tokenizer.model` that SentencePiece and `parseModel` read alike. */
import { MessageWriter } from './protobuf.js';
import { type Piece, pieceTypeNumbers, type SentencePieceModel } from './sentencepiece-model.js';

/** The bytes of the file: pieces, trainer_spec (of a BPE model) and normalizer_spec (identity). */
export function writeModel(model: SentencePieceModel): Uint8Array {
  const file = new MessageWriter();
  for (const piece of model.pieces) file.bytes(1, pieceMessage(piece));
  return file.bytes(2, trainerSpec(model)).bytes(3, normalizerSpec(model)).finish();
}

function pieceMessage({ text, score, type }: Piece): Uint8Array {
  const message = new MessageWriter().bytes(1, text).float(2, score);
  if (type !== 'normal') message.varint(3, pieceTypeNumbers[type]);
  return message.finish();
}

/** Ids are written too (40..43): SentencePiece takes −1 for a piece that does not exist. */
function trainerSpec(model: SentencePieceModel): Uint8Array {
  const unknown = model.pieces.find((piece) => piece.type === 'unknown')?.text ?? '<unk>';
  const idOf = (text: string) => model.pieces.findIndex((piece) => piece.text === text);
  return new MessageWriter()
    .varint(3, 2) // model_type: BPE
    .varint(4, model.pieces.length)
    .varint(35, model.byteFallback)
    .varint(40, idOf(unknown))
    .varint(41, idOf(model.bosPiece))
    .varint(42, idOf(model.eosPiece))
    .varint(43, -1) // pad
    .bytes(44, model.unkSurface)
    .bytes(45, unknown)
    .bytes(46, model.bosPiece)
    .bytes(47, model.eosPiece)
    .finish();
}

function normalizerSpec(model: SentencePieceModel): Uint8Array {
  return new MessageWriter()
    .bytes(1, 'identity')
    .varint(3, model.addDummyPrefix)
    .varint(4, model.removeExtraWhitespaces)
    .varint(5, true) // escape_whitespaces
    .finish();
}
