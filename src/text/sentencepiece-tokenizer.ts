/**
 * The tokenizer of a `tokenizer.model`: SentencePiece's ids and texts under the rules of the legacy slow
 * LLaMA tokenizer, which the official checkpoints were trained and evaluated with.
 *
 * Official code: `LlamaTokenizer(use_fast=False, legacy=True)`. Special pieces that stand literally in a
 * text are cut out first; each stretch of text between them gets a dummy prefix of its own: `a</s>b` is
 * `▁a`, `</s>`, `▁b`.
 */
import { bytePairEncoder, longestFirst } from './byte-pair-merges.js';
import { decodeWithSpecials, legacyStream, type PieceTable } from './legacy-decode.js';
import { pieceDecoder } from './piece-decoder.js';
import { type SentencePieceModel, spaceSymbol } from './sentencepiece-model.js';
import type { Tokenizer } from './tokenizer.js';

/** The pad token of the official tokenizer: a normal piece of the model, declared special beside it. */
const padPiece = '[PAD]';

/** @throws Error when the model has no piece for the begin or the end of a text. */
export function tokenizerFromModel(model: SentencePieceModel): Tokenizer {
  const table = pieceTable(model);
  const stream = () => legacyStream(table);
  return {
    vocabSize: model.pieces.length,
    bosId: controlId(model, model.bosPiece),
    eosId: controlId(model, model.eosPiece),
    unkId: model.pieces.findIndex((piece) => piece.type === 'unknown'),
    padId: Math.max(
      0,
      model.pieces.findIndex((piece) => piece.text === padPiece),
    ),
    encode: legacyEncoder(model),
    idToPiece: (id) => table.pieceOf(id).text,
    stream,
    decode(ids, { skipSpecialTokens = true } = {}) {
      if (!skipSpecialTokens) return decodeWithSpecials(table, ids);
      const text = stream();
      return ids.map((id) => text.push(id)).join('') + text.end();
    },
  };
}

/** Text → ids; special pieces in the text become their ids. */
function legacyEncoder(model: SentencePieceModel): (text: string) => number[] {
  const encode = bytePairEncoder(model);
  const ids = idsOf(model);
  const special = new RegExp(`(${longestFirst(specialTexts(model)).join('|')})`, 'u');
  return (text) =>
    text.split(special).flatMap((part, i) => {
      const isSpecial = i % 2 === 1; // split puts what it captured between the rest
      return isSpecial ? [ids.get(part) ?? -1] : encode(prepare(model, part));
    });
}

/** What never is text: control pieces, the unknown piece, and the pad piece where a vocabulary has one. */
function specialTexts({ pieces }: SentencePieceModel): string[] {
  const special = pieces.filter(
    ({ type, text }) => type === 'control' || type === 'unknown' || text === padPiece,
  );
  return special.map((piece) => piece.text);
}

/** The identity normaliser: spaces to `▁`, one in front, and lone surrogates to U+FFFD as in UTF-8. */
function prepare({ addDummyPrefix, removeExtraWhitespaces }: SentencePieceModel, text: string): string {
  let prepared = text.replace(/\p{Surrogate}/gu, '\ufffd');
  if (removeExtraWhitespaces) prepared = prepared.replace(/^ +/, '').replace(/ +/g, ' ');
  if (prepared === '') return '';
  prepared = (addDummyPrefix ? spaceSymbol : '') + prepared.replaceAll(' ', spaceSymbol);
  return removeExtraWhitespaces ? prepared.replace(/\u2581+$/u, '') : prepared;
}

function pieceTable(model: SentencePieceModel): PieceTable {
  const ids = idsOf(model);
  const special = new Set(specialTexts(model));
  const unkPiece = model.pieces.find((piece) => piece.type === 'unknown')?.text ?? '';
  const oneSpace = model.addDummyPrefix ? 'one' : 'none';
  const droppedSpaces = model.removeExtraWhitespaces ? 'all' : oneSpace;
  return {
    pieceOf(id) {
      const piece = model.pieces[id];
      if (piece !== undefined) return piece;
      throw new RangeError(`expected an id from 0 to ${model.pieces.length - 1}, got ${id}`);
    },
    named: (text) => model.pieces[ids.get(text) ?? -1] ?? { text, type: 'unknown' },
    isSpecial: (piece) => special.has(piece.text),
    newDecoder: () => pieceDecoder({ droppedSpaces, unkPiece, unkSurface: model.unkSurface }),
  };
}

function idsOf({ pieces }: SentencePieceModel): Map<string, number> {
  return new Map(pieces.map((piece, id) => [piece.text, id]));
}

function controlId(model: SentencePieceModel, text: string): number {
  const id = model.pieces.findIndex((piece) => piece.type === 'control' && piece.text === text);
  if (id < 0)
    throw new Error(`expected a control piece ${JSON.stringify(text)}, got a vocabulary without it`);
  return id;
}
