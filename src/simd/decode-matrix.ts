/** The bytes of a lent weight as float32: for the composed form of operations, slow and plain. */
import type { WeightKind } from '../nn/weight.js';

/** Little-endian rows of kind `kind`, for `I8` followed by one float32 scale a row: [Out, In] row-major. */
export function decodeMatrix(
  bytes: Uint8Array<ArrayBufferLike>,
  kind: WeightKind,
  [Out, In]: readonly [Out: number, In: number],
): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scales = Math.ceil((Out * In) / 4) * 4;
  const read: Readonly<Record<WeightKind, (i: number) => number>> = {
    F32: (i) => view.getFloat32(4 * i, true),
    BF16: (i) => fromBits(view.getUint16(2 * i, true) << 16),
    F16: (i) => fromHalf(view.getUint16(2 * i, true)),
    I8: (i) => view.getInt8(i) * view.getFloat32(scales + 4 * Math.floor(i / In), true),
  };
  return Float32Array.from({ length: Out * In }, (_, i) => read[kind](i));
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
