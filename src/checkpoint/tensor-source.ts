/** Named tensors in some container, read lazily: what safetensors, `.bin` and `.pth` files have in common. */

import { shown } from './json-text.js';

/** Element kinds that a checkpoint may hold, spelt as in safetensors. */
export type DType = 'F64' | 'F32' | 'F16' | 'BF16' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL';

/** Bytes of one element. */
export const itemSize: Readonly<Record<DType, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

export interface TensorInfo {
  readonly name: string;
  readonly dtype: DType;
  /** `[]` is a scalar. */
  readonly shape: readonly number[];
  readonly byteLength: number;
  /** Name of the file that holds it, for messages. */
  readonly file: string;
}

/** Some rows of a tensor: `count` entries of its first axis from `start` on. */
export interface Rows {
  readonly start: number;
  readonly count: number;
}

/** Named tensors, read one (or some rows of one) at a time. */
export interface TensorSource {
  /** Folder or file, for messages. */
  readonly description: string;
  readonly infos: ReadonlyMap<string, TensorInfo>;
  /**
   * Little-endian, contiguous, row-major bytes of rows [start, start + count) of the tensor, by default of
   * all. The bytes belong to the caller.
   *
   * @throws Error when the source has no tensor of that name, RangeError when the rows are not in it.
   */
  read(name: string, rows?: Rows, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Fills `target`, which must have just their length, with the same bytes; straight from the file where they
   * lie in it as they are wanted. `target` may lie over a SharedArrayBuffer, and is left alone once the promise
   * is settled.
   *
   * @throws as `read`; RangeError for a target of another length.
   */
  readInto(
    name: string,
    target: Uint8Array<ArrayBufferLike>,
    rows?: Rows,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Closes the files. Reading afterwards is an error. */
  close(): Promise<void>;
}

/** Product of the sizes; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** @throws Error for a name with control characters: names go into messages, and onto terminals. */
export function checkTensorName(name: string): void {
  if (/\p{Cc}/u.test(name)) throw new Error(`expected names without control characters, got ${shown(name)}`);
}

/** The facts about tensor `name`, or an Error that says which tensors of the same ending there are. */
export function tensorInfo(source: TensorSource, name: string): TensorInfo {
  const info = source.infos.get(name);
  if (info) return info;
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const similar = [...source.infos.keys()].filter((other) => other.endsWith(ending)).slice(0, 3);
  const hint = similar.length > 0 ? ` (it has ${similar.join(', ')})` : '';
  throw new Error(`${name}: expected in ${source.description}, got no such tensor${hint}`);
}

/** `read` of a source by its `readInto`. */
export async function readTensor(
  source: TensorSource,
  name: string,
  rows?: Rows,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(rowSpan(tensorInfo(source, name), rows).length);
  await source.readInto(name, bytes, rows, signal);
  return bytes;
}

/** @throws RangeError when `target` has not the length of the bytes that it is to get. */
export function checkTarget(name: string, target: Uint8Array<ArrayBufferLike>, length: number): void {
  if (target.byteLength === length) return;
  throw new RangeError(`${name}: expected a target of ${length} bytes, got ${target.byteLength}`);
}

/**
 * The bytes that `rows` (default: all) take in a contiguous tensor: offset from its first byte, and length.
 *
 * @throws RangeError when the rows are not in the tensor, TypeError when a scalar is asked for rows.
 */
export function rowSpan(info: TensorInfo, rows?: Rows): { offset: number; length: number } {
  if (rows === undefined) return { offset: 0, length: info.byteLength };
  const { start, count } = rows;
  const [size, ...rest] = info.shape;
  if (size === undefined) throw new TypeError(`${info.name}: expected a tensor with rows, got a scalar`);
  const inside = Number.isInteger(start) && Number.isInteger(count) && start >= 0 && count >= 0;
  if (!inside || start + count > size) {
    throw new RangeError(`${info.name}: expected rows within 0..${size}, got ${start}..${start + count}`);
  }
  const rowLength = elementCount(rest) * itemSize[info.dtype];
  return { offset: start * rowLength, length: count * rowLength };
}
