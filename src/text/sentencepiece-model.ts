/**
 * `tokenizer.model`: the pieces of a SentencePiece BPE vocabulary with their scores, and how text is
 * prepared.
 *
 * Format: SentencePiece's `ModelProto` (pieces = 1, trainer_spec = 2, normalizer_spec = 3). What a LLaMA
 * vocabulary does not use (unigram models, character maps, spaces as suffixes) is refused, never ignored.
 */
import { type Field, fieldsOf } from './protobuf.js';

export type PieceType = 'normal' | 'unknown' | 'control' | 'user' | 'unused' | 'byte';

export interface Piece {
  readonly text: string;
  /** Pieces of a higher score are merged first. */
  readonly score: number;
  readonly type: PieceType;
}

export interface SentencePieceModel {
  /** A piece's id is its index. */
  readonly pieces: readonly Piece[];
  /** Unknown characters become their UTF-8 bytes (`<0x00>` … `<0xFF>`) instead of the unknown piece. */
  readonly byteFallback: boolean;
  /** A text begins with a space of its own, so that a first word looks like any other. */
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly bosPiece: string;
  readonly eosPiece: string;
  /** What the unknown piece is decoded to. */
  readonly unkSurface: string;
}

/** The number of each piece type in the file; 1 (normal) is left out there. */
export const pieceTypeNumbers = {
  normal: 1,
  unknown: 2,
  control: 3,
  user: 4,
  unused: 5,
  byte: 6,
} as const satisfies Record<PieceType, number>;

const typeOfNumber: ReadonlyMap<number, PieceType> = new Map(
  Object.entries(pieceTypeNumbers).map(([type, n]) => [n, type as PieceType]), // entries forgets the keys
);

/** U+2581 stands for a space inside of pieces. */
export const spaceSymbol = '\u2581';

/** The piece of one byte: 65 → `<0x41>`. */
export function bytePiece(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/**
 * Reads the bytes of a `tokenizer.model`.
 *
 * @throws RangeError or TypeError that says at which byte or piece the data is wrong, Error for what is not
 * supported.
 */
export function parseModel(bytes: Uint8Array): SentencePieceModel {
  const model = { ...defaults, pieces: [] as Piece[] };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) model.pieces.push(parsePiece(bytesOf(field, 'piece'), model.pieces.length));
    else if (field.number === 2) Object.assign(model, parseTrainer(bytesOf(field, 'trainer_spec')));
    else if (field.number === 3) Object.assign(model, parseNormalizer(bytesOf(field, 'normalizer_spec')));
  }
  checkPieces(model);
  return model;
}

/** The defaults of the format, for fields that a file leaves out. */
const defaults = {
  byteFallback: false,
  addDummyPrefix: true,
  removeExtraWhitespaces: true,
  bosPiece: '<s>',
  eosPiece: '</s>',
  unkSurface: ' \u2047 ',
};

function parsePiece(message: Uint8Array, id: number): Piece {
  let text = '';
  let score = 0;
  let typeNumber: number = pieceTypeNumbers.normal;
  for (const field of fieldsOf(message)) {
    if (field.number === 1) text = textOf(field, `piece ${id}`);
    else if (field.number === 2) score = numberOf(field, 'float', `score of piece ${id}`);
    else if (field.number === 3) typeNumber = numberOf(field, 'varint', `type of piece ${id}`);
  }
  const type = typeOfNumber.get(typeNumber);
  if (type === undefined) throw new TypeError(`piece ${id}: expected a type from 1 to 6, got ${typeNumber}`);
  if (Number.isNaN(score)) throw new RangeError(`piece ${id}: expected a score, got NaN`);
  return { text, score, type };
}

function parseTrainer(message: Uint8Array): Partial<SentencePieceModel> {
  let modelType = 1;
  const spec: { -readonly [K in keyof SentencePieceModel]?: SentencePieceModel[K] } = {};
  for (const field of fieldsOf(message)) {
    if (field.number === 3) modelType = numberOf(field, 'varint', 'model_type');
    else if (field.number === 24) refuse(flagOf(field, 'treat_whitespace_as_suffix'), 'spaces as suffixes');
    else if (field.number === 35) spec.byteFallback = flagOf(field, 'byte_fallback');
    else if (field.number === 44) spec.unkSurface = textOf(field, 'unk_surface');
    else if (field.number === 46) spec.bosPiece = textOf(field, 'bos_piece');
    else if (field.number === 47) spec.eosPiece = textOf(field, 'eos_piece');
  }
  refuse(modelType !== 2, `model_type ${modelType} (only BPE, 2, is)`);
  return spec;
}

function parseNormalizer(message: Uint8Array): Partial<SentencePieceModel> {
  const spec: { -readonly [K in keyof SentencePieceModel]?: SentencePieceModel[K] } = {};
  for (const field of fieldsOf(message)) {
    if (field.number === 2)
      refuse(bytesOf(field, 'charsmap').length > 0, 'a character map in normalizer_spec');
    else if (field.number === 3) spec.addDummyPrefix = flagOf(field, 'add_dummy_prefix');
    else if (field.number === 4) spec.removeExtraWhitespaces = flagOf(field, 'remove_extra_whitespaces');
    else if (field.number === 5) refuse(!flagOf(field, 'escape_whitespaces'), 'unescaped spaces');
  }
  return spec;
}

/** @throws Error when the pieces are not a vocabulary: none, two alike, no unknown piece, bytes missing. */
function checkPieces(model: SentencePieceModel): void {
  if (model.pieces.length === 0) throw new RangeError('expected pieces, got none');
  const ids = new Map<string, number>();
  for (const [id, { text }] of model.pieces.entries()) {
    if (text === '') throw new RangeError(`piece ${id}: expected a text, got an empty one`);
    const other = ids.get(text);
    if (other !== undefined)
      throw new RangeError(`pieces ${other} and ${id}: both are ${JSON.stringify(text)}`);
    ids.set(text, id);
  }
  const unknowns = model.pieces.filter((piece) => piece.type === 'unknown').length;
  if (unknowns !== 1) throw new RangeError(`expected 1 unknown piece, got ${unknowns}`);
  for (let byte = 0; model.byteFallback && byte < 256; byte++) {
    const piece = model.pieces[ids.get(bytePiece(byte)) ?? -1];
    if (piece?.type !== 'byte')
      throw new RangeError(`byte_fallback is on: expected piece ${bytePiece(byte)}`);
  }
}

function refuse(isUsed: boolean, what: string): void {
  if (isUsed) throw new Error(`${what} is not supported; use the tokenizer.json of this model instead`);
}

function bytesOf(field: Field, name: string): Uint8Array {
  if (field.kind !== 'bytes') throw new TypeError(`${name}: expected bytes, got a ${field.kind}`);
  return field.bytes;
}

function textOf(field: Field, name: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytesOf(field, name));
}

function numberOf(field: Field, kind: 'varint' | 'float', name: string): number {
  if (field.kind !== kind) throw new TypeError(`${name}: expected a ${kind}, got ${field.kind}`);
  return field.value;
}

function flagOf(field: Field, name: string): boolean {
  return numberOf(field, 'varint', name) !== 0;
}
