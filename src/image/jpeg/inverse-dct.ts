/**
 * The inverse cosine transform of libjpeg's default method, bit for bit: 13-bit constants, 2 more bits
 * between passes.
 *
 * Loeffler, Ligtenberg, Moschytz: Practical fast 1-D DCT algorithms with 11 multiplications, ICASSP 1989.
 * Source: `jidctint.c` of libjpeg (jpeg_idct_islow).
 */

const CONST_BITS = 13;
const PASS1_BITS = 2;

/**
 * Dequantised coefficients (row by row, [8, 8]) → samples around 128, written to `out` from `to` on, rows
 * `stride` apart. `block` is overwritten.
 */
export function inverseDct(block: Int32Array, out: Uint8Array, to: number, stride: number): void {
  for (let x = 0; x < 8; x++) transform8(block, x, 8, CONST_BITS - PASS1_BITS);
  for (let y = 0; y < 8; y++) {
    transform8(block, 8 * y, 1, CONST_BITS + PASS1_BITS + 3);
    for (let x = 0; x < 8; x++) {
      out[to + y * stride + x] = Math.max(Math.min((block[8 * y + x] ?? 0) + 128, 255), 0);
    }
  }
}

/** The eight values `step` apart from `at` on, transformed in place and divided by 2^shift with rounding. */
function transform8(v: Int32Array, at: number, step: number, shift: number): void {
  const dc = v[at] ?? 0;
  const [c1, c2, c3] = [v[at + step] ?? 0, v[at + 2 * step] ?? 0, v[at + 3 * step] ?? 0];
  const [c5, c6, c7] = [v[at + 5 * step] ?? 0, v[at + 6 * step] ?? 0, v[at + 7 * step] ?? 0];
  const c4 = v[at + 4 * step] ?? 0;
  const half = 1 << (shift - 1);

  const even = mul(c2 + c6, C_0_541);
  const low = even - mul(c6, C_1_847);
  const high = even + mul(c2, C_0_765);
  const sum = ((dc + c4) << CONST_BITS) + half;
  const difference = ((dc - c4) << CONST_BITS) + half;

  const [s73, s51] = [mul(c7 + c3, -C_1_961), mul(c5 + c1, -C_0_390)];
  const [s71, s53] = [mul(c7 + c1, -C_0_899), mul(c5 + c3, -C_2_562)];
  const s7351 = mul(c7 + c3 + c5 + c1, C_1_175);
  const odd0 = mul(c7, C_0_298) + s71 + s73 + s7351;
  const odd1 = mul(c5, C_2_053) + s53 + s51 + s7351;
  const odd2 = mul(c3, C_3_072) + s53 + s73 + s7351;
  const odd3 = mul(c1, C_1_501) + s71 + s51 + s7351;

  v[at] = (sum + high + odd3) >> shift;
  v[at + 7 * step] = (sum + high - odd3) >> shift;
  v[at + step] = (difference + low + odd2) >> shift;
  v[at + 6 * step] = (difference + low - odd2) >> shift;
  v[at + 2 * step] = (difference - low + odd1) >> shift;
  v[at + 5 * step] = (difference - low - odd1) >> shift;
  v[at + 3 * step] = (sum - high + odd0) >> shift;
  v[at + 4 * step] = (sum - high - odd0) >> shift;
}

const mul = Math.imul;
const fixed = (x: number): number => Math.round(x * 2 ** CONST_BITS);

const C_0_298 = fixed(0.298631336);
const C_0_390 = fixed(0.390180644);
const C_0_541 = fixed(0.5411961);
const C_0_765 = fixed(0.765366865);
const C_0_899 = fixed(0.899976223);
const C_1_175 = fixed(1.175875602);
const C_1_501 = fixed(1.50132111);
const C_1_847 = fixed(1.847759065);
const C_1_961 = fixed(1.96157056);
const C_2_053 = fixed(2.053119869);
const C_2_562 = fixed(2.562915447);
const C_3_072 = fixed(3.072711026);
