/** Writing the safetensors format: header first, then the tensors one after another, as they come. */
import { type FloatDType, fromFloat32 } from './dtype.js';
import { type DType, elementCount, itemSize } from './tensor-source.js';

export interface TensorToWrite {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Its little-endian, row-major bytes in one or more pieces: a large tensor is never whole in memory. */
  pieces(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

export type Metadata = Readonly<Record<string, string>>;

/** Readers of the transformers library refuse files that do not say where they come from. */
const defaultMetadata: Metadata = { format: 'pt' };

/** A tensor to write, of values in memory. */
export function floatTensor(
  name: string,
  shape: readonly number[],
  values: Float32Array<ArrayBuffer>,
  dtype: FloatDType = 'F32',
): TensorToWrite {
  return { name, dtype, shape, pieces: () => [fromFloat32(values, dtype)] };
}

/**
 * The order in which tensors are written (widest elements first, then by name, so that all lie aligned), the
 * bytes before the first of them, and the length of the whole file.
 *
 * @throws Error when two tensors have the same name.
 */
export function layOut<T extends Omit<TensorToWrite, 'pieces'>>(
  tensors: readonly T[],
  metadata: Metadata = defaultMetadata,
): { order: readonly T[]; header: Uint8Array; size: number } {
  const order = [...tensors].sort(
    (a, b) => itemSize[b.dtype] - itemSize[a.dtype] || (a.name < b.name ? -1 : Number(a.name > b.name)),
  );
  const entries = new Map<string, unknown>([['__metadata__', metadata]]);
  if (Object.keys(metadata).length === 0) entries.set('__metadata__', undefined); // JSON leaves it out
  let end = 0;
  for (const { name, dtype, shape } of order) {
    if (entries.has(name))
      throw new Error(`expected each tensor name once (and no __metadata__), got ${name}`);
    const begin = end;
    end += byteLength({ dtype, shape });
    entries.set(name, { dtype, shape, data_offsets: [begin, end] });
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.byteLength / 8) * 8; // spaces after the JSON align the data
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return { order, header, size: header.byteLength + end };
}

/**
 * All bytes of a safetensors file, piece by piece.
 *
 * @throws RangeError for a tensor that gives too few or too many.
 */
export async function* safetensorsPieces(
  tensors: readonly TensorToWrite[],
  metadata?: Metadata,
): AsyncGenerator<Uint8Array> {
  const { order, header } = layOut(tensors, metadata);
  yield header;
  for (const tensor of order) {
    let length = 0;
    for await (const piece of tensor.pieces()) {
      length += piece.byteLength;
      yield piece;
    }
    const expected = byteLength(tensor);
    if (length !== expected)
      throw new RangeError(`${tensor.name}: expected ${expected} bytes, got ${length}`);
  }
}

/** A whole safetensors file in memory. For files on disk there is `writeSafetensors`. */
export async function encodeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata?: Metadata,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(layOut(tensors, metadata).size);
  let at = 0;
  for await (const piece of safetensorsPieces(tensors, metadata)) {
    if (at + piece.byteLength <= bytes.byteLength) bytes.set(piece, at); // if not, the generator throws
    at += piece.byteLength;
  }
  return bytes;
}

function byteLength({ dtype, shape }: Pick<TensorToWrite, 'dtype' | 'shape'>): number {
  return elementCount(shape) * itemSize[dtype];
}
