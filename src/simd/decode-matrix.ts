/** The bytes of a lent weight as float32: for the composed form of operations, slow and plain. */
import * as tf from '@tensorflow/tfjs-core';

import type { MatrixShape, RowRange, WeightKind } from '../nn/weight.js';

const kindBytes: Readonly<Record<WeightKind, number>> = { F32: 4, BF16: 2, F16: 2, I8: 1 };

/** Bytes between two rows. */
export const rowBytes = (In: number, kind: WeightKind): number => In * kindBytes[kind];

/** Where the scales of `I8` begin, aligned to 4 bytes: behind all rows. */
export const scalesOffset = ([Out, In]: MatrixShape, kind: WeightKind): number =>
  Math.ceil((Out * rowBytes(In, kind)) / 4) * 4;

/** Bytes of a matrix; for `I8` with one float32 scale a row. */
export const matrixBytes = (shape: MatrixShape, kind: WeightKind): number =>
  scalesOffset(shape, kind) + (kind === 'I8' ? 4 * shape[0] : 0);

/** Rows `from` up to `to` of a little-endian matrix as float32 [to - from, In], row-major. */
export function decodeMatrix(
  bytes: Uint8Array<ArrayBufferLike>,
  kind: WeightKind,
  shape: MatrixShape,
  [from, to]: RowRange = [0, shape[0]],
): Float32Array {
  const [, In] = shape;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scales = scalesOffset(shape, kind);
  const readers: Readonly<Record<WeightKind, (i: number) => number>> = {
    F32: (i) => view.getFloat32(4 * i, true),
    BF16: (i) => fromBits(view.getUint16(2 * i, true) << 16),
    F16: (i) => fromHalf(view.getUint16(2 * i, true)),
    I8: (i) => view.getInt8(i) * view.getFloat32(scales + 4 * Math.floor(i / In), true),
  };
  const read = readers[kind];
  const values = new Float32Array((to - from) * In);
  for (let i = 0; i < values.length; i++) values[i] = read(from * In + i);
  return values;
}

/** The same as a new tensor [In, to - from]. */
export function matrixTensor(
  bytes: Uint8Array<ArrayBufferLike>,
  kind: WeightKind,
  shape: MatrixShape,
  rows: RowRange = [0, shape[0]],
): tf.Tensor2D {
  const values = decodeMatrix(bytes, kind, shape, rows);
  return tf.tidy(() => tf.transpose(tf.tensor2d(values, [rows[1] - rows[0], shape[1]])));
}

const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

function fromBits(pattern: number): number {
  bits[0] = pattern;
  return float[0] ?? 0;
}

/** IEEE binary16. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
