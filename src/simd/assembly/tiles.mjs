// Writes tiles.ts: the innermost loops of the matrix products, AssemblyScript that nobody would want to write by hand.
//
// A tile is a small part of C = A·B, R rows × 8 columns, that stays in registers while the loop runs over k. The
// processor has 16 vector registers: 2·R accumulators (8 columns are two vectors), two vectors of B and one number
// of A, spread over four lanes. WebAssembly has no arrays of vectors, so every accumulator needs a name, cRV for
// row R and vector V; that is why they are generated. A and B are packed, so that each step of the loop reads
// R + 8 numbers that lie side by side.
//
// What looks odd is what the compilers (Binaryen, then V8) need to keep everything in registers: one step of k an
// iteration, `while` rather than `for`, accumulators stored right after the loop, in the order in which the loop
// computes them, and nothing else done there; addresses masked (they are multiples anyway), functions exported so
// that they are not inlined. Each of these makes a difference of a third or more.

import { dots, lines } from './dots.mjs';

const accumulators = (rows, zero) => lines(rows, (r) => `  let c${r}0 = ${zero};\n  let c${r}1 = ${zero};`);

/** Each row's number of A times both vectors of B. */
const steps = (rows, step) =>
  lines(
    rows,
    (r) => `    ${r === 0 ? 'let x' : 'x'} = v128.load32_splat(a, ${4 * r});
    c${r}0 = ${step(`c${r}0`, 'b0')};
    c${r}1 = ${step(`c${r}1`, 'b1')};`,
  );

/** Stores f(accumulator, column offset) of each row, `stride` bytes apart. */
const stores = (rows, indent, value) =>
  lines(
    rows,
    (r) => `${r === 0 ? '' : `${indent}c += stride;\n`}${indent}v128.store(c, ${value(`c${r}0`, 0)});
${indent}v128.store(c, ${value(`c${r}1`, 16)}, 16);`,
  );

const loop = (rows, step) => `  a &= ~3;
  b &= ~3;
  const end = b + (<usize>k << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
${steps(rows, step)}
    a += ${4 * rows};
    b += 32;
  }`;

/** Float32: A is packed [k, rows], B [k, 8]. */
const floatTile = (rows) => `
/** c[${rows}, 8] = Σₖ a[k, ${rows}]ᵀ·b[k, 8], added to what is there or not; rows of c are \`stride\` bytes apart. */
export function tile${rows}x8(k: i32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool): void {
${accumulators(rows, 'all(0)')}
${loop(rows, (c, b) => `madd(x, ${b}, ${c})`)}
  if (accumulate) {
${stores(rows, '    ', (c, at) => `f32x4.add(${c}, v128.load(c, ${at}))`)}
    return;
  }
${stores(rows, '  ', (c) => c)}
}
`;

/** 16-bit integers: A is packed [k/2, 5] and B [k/2, 8] in pairs, of which one instruction multiplies and adds four. */
const int16Tile = `
/** c[5, 8] = Σ over pairs of a[pair, 5]ᵀ·b[pair, 8], k of them, as 32-bit integers; rows of c are 32 bytes apart. */
export function int16Tile5x8(k: i32, a: usize, b: usize, c: usize): void {
${accumulators(5, 'i32x4.splat(0)')}
${loop(5, (c, b) => `i32x4.add(${c}, i32x4.dot_i16x8_s(x, ${b}))`)}
${lines(10, (i) => `  v128.store(c, c${i >> 1}${i & 1}, ${16 * i});`)}
}
`;

export function tiles() {
  return `/** The innermost loops of the matrix products: written by tiles.mjs, which says why they look as they do. */
import { all, madd } from './lanes';
import { BF16, F16, F32, four, halves, highFloats, lowFloats } from './pack-right';
${[6, 5, 4].map(floatTile).join('')}${int16Tile}${dots()}`;
}
