/**
 * Exponential, GELU and SiLU of four float32 lanes, and their slopes, without branches.
 *
 * Their constants lie in a table in the control block, each four times: one 16-byte load takes part in the
 * instruction that uses it, whereas a constant in the code is built anew at every use. A loop reads the
 * table's address once, `const table = tableAddress()`, and hands it to each call.
 */
import { control, TABLE } from './control';
import { all, madd, nmadd } from './lanes';

const HIGHEST: usize = 0;
const LOWEST: usize = 16;
const LOG2_E: usize = 32;
const TO_INTEGER: usize = 48;
const LN2_HIGH: usize = 64;
const LN2_LOW: usize = 80;
const EXP_6: usize = 96;
const EXP_5: usize = 112;
const EXP_4: usize = 128;
const EXP_3: usize = 144;
const EXP_2: usize = 160;
const TWO: usize = 176;
const ONE: usize = 192;
const MAGNITUDE: usize = 208;
const MINUS_HALF: usize = 224;
const TAIL: usize = 240;
const ERFC_SCALE: usize = 256;
const ERFC_5: usize = 272;
const ERFC_4: usize = 288;
const ERFC_3: usize = 304;
const ERFC_2: usize = 320;
const ERFC_1: usize = 336;
const DENSITY: usize = 352;

@inline
export function tableAddress(): usize {
  return control + TABLE;
}

/** Writes the constants into the control block. */
export function fillTable(): void {
  // exp: every x above 89.4 overflows, every x below −87.3 comes out as 0
  constant(HIGHEST, 89.4);
  constant(LOWEST, -87.3);
  constant(LOG2_E, 1.44269504);
  constant(TO_INTEGER, 12583038); // 1.5·2²³ + 126: adding it leaves n + 126 in the low bits
  constant(LN2_HIGH, 0.693359375); // its products with whole numbers up to 2¹⁵ are exact
  constant(LN2_LOW, -2.12194440e-4);
  // twice the polynomial of least relative error, 3e-9, for (eʳ − 1 − r)/r² on |r| ≤ ½ ln 2
  constant(EXP_6, 2 * 0.00138145);
  constant(EXP_5, 2 * 0.00836875);
  constant(EXP_4, 2 * 0.04166839);
  constant(EXP_3, 2 * 0.1666652);
  constant(EXP_2, 2 * 0.49999993);
  constant(TWO, 2);
  constant(ONE, 1);
  v128.store(tableAddress() + MAGNITUDE, i32x4.splat(0x7fffffff));
  constant(MINUS_HALF, -0.5);
  constant(TAIL, 15); // exp(−½·15²) = 0 in float32
  // erfc(z) = t·(a₁ + … + a₅t⁴)·exp(−z²), t = 1/(1 + 0.3275911·z); Abramowitz & Stegun 7.1.26, error 1.5e-7.
  // Here z = |x|/√2, and the coefficients are halved.
  constant(ERFC_SCALE, 0.3275911 * 0.70710678118654752);
  constant(ERFC_5, 0.5 * 1.061405429);
  constant(ERFC_4, 0.5 * -1.453152027);
  constant(ERFC_3, 0.5 * 1.421413741);
  constant(ERFC_2, 0.5 * -0.284496736);
  constant(ERFC_1, 0.5 * 0.254829592);
  constant(DENSITY, 0.3989422804014327); // 1/√(2π)
}

function constant(offset: usize, value: f64): void {
  v128.store(tableAddress() + offset, all(<f32>value));
}

/**
 * eˣ, within 1.2e-7 of its value. It overflows to ∞ where float32 does, above 88.72; results below 1.66e-38
 * (x < −86.99) are 0. NaN stays NaN.
 */
@inline
export function exp4(x: v128, table: usize = tableAddress()): v128 {
  // x = n·ln 2 + r with |r| ≤ ½ ln 2, so eˣ = 2ⁿ⁻¹ · 2eʳ: the exponent n − 1 fits for every finite result
  x = f32x4.pmax(f32x4.pmin(x, v128.load(table, HIGHEST)), v128.load(table, LOWEST)); // x first keeps NaN
  const shifted = madd(x, v128.load(table, LOG2_E), v128.load(table, TO_INTEGER));
  const n = f32x4.sub(shifted, v128.load(table, TO_INTEGER));
  const r = nmadd(n, v128.load(table, LN2_LOW), nmadd(n, v128.load(table, LN2_HIGH), x));
  let p = madd(r, v128.load(table, EXP_6), v128.load(table, EXP_5));
  p = madd(p, r, v128.load(table, EXP_4));
  p = madd(p, r, v128.load(table, EXP_3));
  p = madd(p, r, v128.load(table, EXP_2));
  p = madd(p, f32x4.mul(r, r), madd(r, v128.load(table, TWO), v128.load(table, TWO)));
  return f32x4.mul(p, i32x4.shl(shifted, 23)); // a product, so that NaN stays NaN whatever its bits
}

/** 1 − Φ(|x|) divided by exp(−x²/2), for the normal distribution Φ; `magnitude` = |x|. */
@inline
function tailRatio(magnitude: v128, table: usize): v128 {
  const one = v128.load(table, ONE);
  const t = f32x4.div(one, madd(magnitude, v128.load(table, ERFC_SCALE), one));
  let p = madd(t, v128.load(table, ERFC_5), v128.load(table, ERFC_4));
  p = madd(p, t, v128.load(table, ERFC_3));
  p = madd(p, t, v128.load(table, ERFC_2));
  p = madd(p, t, v128.load(table, ERFC_1));
  return f32x4.mul(p, t);
}

/** exp(−x²/2). */
@inline
function bell(x: v128, table: usize): v128 {
  return exp4(f32x4.mul(f32x4.mul(x, x), v128.load(table, MINUS_HALF)), table);
}

/**
 * GELU, x·Φ(x) with Φ(x) = ½·(1 + erf(x/√2)); the error is at most 2e-7·max(1, |x|).
 * ∞ → ∞; −∞ and NaN → NaN, as −∞·Φ(−∞) is −∞·0.
 */
@inline
export function gelu4(x: v128, table: usize = tableAddress()): v128 {
  // max(x, 0) − |x|·(1 − Φ(|x|)): nothing cancels in the tails. Cut off above, lest ∞ meet 0 there.
  const magnitude = v128.and(f32x4.pmin(x, v128.load(table, TAIL)), v128.load(table, MAGNITUDE));
  const tail = f32x4.mul(tailRatio(magnitude, table), bell(magnitude, table));
  return nmadd(magnitude, tail, f32x4.pmax(x, i32x4.splat(0)));
}

/** The slope of GELU, Φ(x) + x·φ(x) with φ(x) = exp(−x²/2)/√(2π). ±∞ and NaN → NaN, as ∞·φ(∞) is ∞·0. */
@inline
export function geluSlope4(x: v128, table: usize = tableAddress()): v128 {
  const magnitude = v128.and(x, v128.load(table, MAGNITUDE));
  const e = bell(x, table);
  const tail = f32x4.mul(tailRatio(magnitude, table), e);
  const isNegative = f32x4.lt(x, i32x4.splat(0));
  const phi = v128.bitselect(tail, f32x4.sub(v128.load(table, ONE), tail), isNegative);
  return madd(x, f32x4.mul(e, v128.load(table, DENSITY)), phi);
}

/** SiLU, x·σ(x) = x/(1 + e⁻ˣ), within 2e-7 of its value. ∞ → ∞; −∞ and NaN → NaN, as −∞·σ(−∞) is −∞·0. */
@inline
export function silu4(x: v128, table: usize = tableAddress()): v128 {
  return f32x4.div(x, f32x4.add(v128.load(table, ONE), exp4(f32x4.neg(x), table)));
}

/** The slope of SiLU, σ(x) + x·σ(x)·(1 − σ(x)). ±∞ and NaN → NaN, as ∞·(1 − σ(∞)) is ∞·0. */
@inline
export function siluSlope4(x: v128, table: usize = tableAddress()): v128 {
  // With e = exp(−|x|): σ(|x|) = 1/(1 + e) and 1 − σ(|x|) = e/(1 + e), neither a difference
  const one = v128.load(table, ONE);
  const e = exp4(f32x4.neg(v128.and(x, v128.load(table, MAGNITUDE))), table);
  const larger = f32x4.div(one, f32x4.add(one, e));
  const smaller = f32x4.mul(e, larger);
  const sigma = v128.bitselect(smaller, larger, f32x4.lt(x, i32x4.splat(0)));
  return madd(f32x4.mul(x, larger), smaller, sigma);
}
