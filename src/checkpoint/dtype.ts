/**
 * Element kinds of checkpoints to and from float32.
 *
 * bf16 is the upper half of a float32; f16 is IEEE binary16. Rounding down to either is to nearest, ties to
 * even.
 */
import { type DType, itemSize } from './tensor-source.js';

/** The float kinds that a checkpoint can be written in. */
export type FloatDType = 'F32' | 'F16' | 'BF16';

/** Kinds that kernels multiply with as they are. I8 is none: kernels' int8 has a scale for each row. */
export function isKernelKind(dtype: DType): dtype is FloatDType {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/** Kinds of numbers that are not whole. */
export const isFloatKind = (dtype: DType): boolean => dtype === 'F64' || isKernelKind(dtype);

/**
 * Little-endian elements of kind `dtype` as float32 (64-bit kinds are rounded). `F32` bytes that lie aligned
 * are not copied: the result then shares their memory.
 *
 * @throws RangeError when the bytes are not a whole number of elements.
 */
export function toFloat32(bytes: Uint8Array<ArrayBuffer>, dtype: DType): Float32Array<ArrayBuffer> {
  const size = itemSize[dtype];
  if (bytes.byteLength % size !== 0) {
    throw new RangeError(`expected a multiple of ${size} bytes for ${dtype}, got ${bytes.byteLength}`);
  }
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  const length = bytes.byteLength / size;
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, length);
  if (dtype === 'BF16') return fromBf16(new Uint16Array(buffer, byteOffset, length));
  if (dtype === 'F16') return fromF16(new Uint16Array(buffer, byteOffset, length));
  if (dtype === 'I64') return Float32Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
  if (dtype === 'F64') return new Float32Array(new Float64Array(buffer, byteOffset, length));
  if (dtype === 'I32') return new Float32Array(new Int32Array(buffer, byteOffset, length));
  if (dtype === 'I16') return new Float32Array(new Int16Array(buffer, byteOffset, length));
  if (dtype === 'I8') return new Float32Array(new Int8Array(buffer, byteOffset, length));
  return new Float32Array(new Uint8Array(buffer, byteOffset, length)); // U8, BOOL
}

/**
 * float32 values as little-endian elements of kind `dtype`. `F32` shares the memory of `values`.
 * What is too large for f16 becomes ±∞, as in PyTorch.
 */
export function fromFloat32(values: Float32Array<ArrayBuffer>, dtype: FloatDType): Uint8Array<ArrayBuffer> {
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return new Uint8Array((dtype === 'BF16' ? toBf16(bits) : toF16(bits)).buffer);
}

function fromBf16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16;
  return new Float32Array(bits.buffer);
}

function toBf16(bits: Uint32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i] as number;
    // Just under half a step, or half a step when the kept part is odd: it carries when rounding up.
    const rounded = (x + 0x7fff + ((x >>> 16) & 1)) >>> 16;
    halves[i] = (x & 0x7fffffff) > 0x7f800000 ? (x >>> 16) | 0x40 : rounded; // NaN must stay NaN
  }
  return halves;
}

function fromF16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const table = f16Table();
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i] as number] as number;
  return values;
}

let f16Values: Float32Array | undefined; // made once, 256 KB

/** The value of each of the 65,536 f16 patterns. */
function f16Table(): Float32Array {
  if (f16Values) return f16Values;
  f16Values = new Float32Array(65536);
  for (let half = 0; half < 65536; half++) {
    const exponent = (half >>> 10) & 31;
    const fraction = half & 1023;
    const sign = half < 32768 ? 1 : -1;
    const normal = (1 + fraction / 1024) * 2 ** (exponent - 15);
    const special = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? special : normal;
    f16Values[half] = sign * size;
  }
  return f16Values;
}

function toF16(bits: Uint32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) halves[i] = halfOf(bits[i] as number);
  return halves;
}

/** The f16 pattern nearest to a float32 pattern. */
function halfOf(x: number): number {
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65,536 and above, ∞
  if (magnitude < 0x33000000) return sign; // below 2⁻²⁵, half of the smallest f16
  if (magnitude < 0x38800000) {
    const shift = 126 - (magnitude >>> 23); // subnormal: the step is 2⁻²⁴
    return sign | roundedShift((magnitude & 0x7fffff) | 0x800000, shift);
  }
  return sign | roundedShift(magnitude - 0x38000000, 13); // exponent bias 127 → 15; 65,520 carries into ∞
}

/** x / 2^shift, to nearest, ties to even. */
function roundedShift(x: number, shift: number): number {
  const half = 2 ** (shift - 1);
  return (x + half - 1 + ((x >>> shift) & 1)) >>> shift;
}
