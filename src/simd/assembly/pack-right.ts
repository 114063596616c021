/**
 * Packs B, the right side of a matrix product, into panels of 8 columns: for each k the 8 numbers side by side, as
 * float32 whatever they are stored in. It costs about 2 % of a product with 257 rows, so stored kinds are free.
 */
import { storeTransposed } from './lanes';
import { rowAt } from './pack-left';

/** How B is stored; `rightKinds` on the other side. All but the last are [n, k]. */
export const F32: i32 = 0;
export const BF16: i32 = 1;
export const F16: i32 = 2;
export const I8: i32 = 3;
/** Float32 as [k, n]. */
export const F32_TRANSPOSED: i32 = 4;

/** Bytes of a number. */
@inline
export function sizeOfKind(kind: i32): usize {
  return kind == I8 ? 1 : kind == BF16 || kind == F16 ? 2 : 4;
}

/** The address of B's number for column `column` and `k`. */
@inline
export function rightAddress(b: usize, stride: usize, kind: i32, column: i32, k: i32): usize {
  if (kind == F32_TRANSPOSED) return b + <usize>k * stride + (<usize>column << 2);
  return b + <usize>column * stride + <usize>k * sizeOfKind(kind);
}

/** to[k][column] = B[k, column] for 8 columns, of which those after the last repeat it: their sums are dropped. */
export function packPanel(kind: i32, from: usize, stride: usize, columns: i32, depth: i32, to: usize): void {
  if (kind == F32_TRANSPOSED) return copyPanel(from, stride, columns, depth, to);
  const p3 = rowAt(from, stride, 3, columns), p4 = rowAt(from, stride, 4, columns);
  const p1 = rowAt(from, stride, 1, columns), p2 = rowAt(from, stride, 2, columns);
  const p5 = rowAt(from, stride, 5, columns), p6 = rowAt(from, stride, 6, columns);
  const p7 = rowAt(from, stride, 7, columns);
  if (kind == F32) {
    packFour<f32>(from, p1, p2, p3, depth, to);
    packFour<f32>(p4, p5, p6, p7, depth, to + 16);
  } else if (kind == BF16) {
    packFour<u16>(from, p1, p2, p3, depth, to);
    packFour<u16>(p4, p5, p6, p7, depth, to + 16);
  } else if (kind == F16) {
    packFour<i16>(from, p1, p2, p3, depth, to);
    packFour<i16>(p4, p5, p6, p7, depth, to + 16);
  } else {
    packFour<i8>(from, p1, p2, p3, depth, to);
    packFour<i8>(p4, p5, p6, p7, depth, to + 16);
  }
}

/** to[k][i] = pᵢ[k] for four rows of B [n, k] stored as `T`. */
function packFour<T>(p0: usize, p1: usize, p2: usize, p3: usize, depth: i32, to: usize): void {
  let left = depth;
  for (; left >= 4; left -= 4) {
    storeTransposed(four<T>(p0), four<T>(p1), four<T>(p2), four<T>(p3), to, 32);
    p0 += 4 * sizeof<T>();
    p1 += 4 * sizeof<T>();
    p2 += 4 * sizeof<T>();
    p3 += 4 * sizeof<T>();
    to += 128;
  }
  for (; left > 0; left--) {
    store<f32>(to, one<T>(p0));
    store<f32>(to, one<T>(p1), 4);
    store<f32>(to, one<T>(p2), 8);
    store<f32>(to, one<T>(p3), 12);
    p0 += sizeof<T>();
    p1 += sizeof<T>();
    p2 += sizeof<T>();
    p3 += sizeof<T>();
    to += 32;
  }
}

function copyPanel(from: usize, stride: usize, columns: i32, depth: i32, to: usize): void {
  for (let i = 0; i < depth; i++) {
    if (columns == 8) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else {
      for (let c = 0; c < 8; c++) {
        store<f32>(to + (<usize>c << 2), load<f32>(from + (<usize>min(c, columns - 1) << 2)));
      }
    }
    from += stride;
    to += 32;
  }
}

// Numbers stored as T, read as float32: f32; u16, the bits of a bfloat16; i16, those of a float16; i8.

/** Four numbers. */
@inline
export function four<T>(p: usize): v128 {
  if (sizeof<T>() == 4) return v128.load(p);
  if (sizeof<T>() == 1) return lowFloats(i16x8.extend_low_i8x16_s(v128.load32_zero(p)));
  const upper = i32x4.shl(v128.load16x4_u(p), 16);
  return isSigned<T>() ? halves(upper) : upper;
}

@inline
export function one<T>(p: usize): f32 {
  if (sizeof<T>() == 4) return load<f32>(p);
  if (sizeof<T>() == 1) return <f32>load<i8>(p);
  const upper = <u32>load<u16>(p) << 16;
  return isSigned<T>() ? f32x4.extract_lane(halves(i32x4.splat(upper)), 0) : reinterpret<f32>(upper);
}

/** The first four of eight 16-bit integers as float32. */
@inline
export function lowFloats(v: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v));
}

/** The last four. */
@inline
export function highFloats(v: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v));
}

/**
 * Float16 → float32 of the upper half of each lane: sign, exponent and fraction are moved to their places, and 2¹¹²
 * corrects the exponent's bias, also of subnormal numbers. Exponent 31, infinity or NaN, becomes ≥ 2¹⁶ by that, and
 * gets float32's exponent of infinity.
 */
@inline
export function halves(upper: v128): v128 {
  const placed = v128.and(i32x4.shr_s(upper, 3), i32x4.splat(0x8fffe000));
  const scaled = f32x4.mul(placed, i32x4.splat(0x77800000));
  const isSpecial = f32x4.ge(f32x4.abs(scaled), f32x4.splat(65536));
  return v128.or(scaled, v128.and(isSpecial, i32x4.splat(0x7f800000)));
}
