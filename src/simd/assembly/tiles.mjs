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

/** `lines(3, (i) => …)`: one line for each i = 0, 1, 2. */
const lines = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');

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

/**
 * Weights that meet few rows of A are read once, from far away, so they are not packed. How 8 of them (16 integers)
 * at `p` become two vectors of factors; `v` is what was loaded, `upper` a mask, kept in a register.
 */
const weightKinds = [
  { name: 'F32', bytes: 32, load: '', low: (p) => `v128.load(${p})`, high: (p) => `v128.load(${p}, 16)` },
  {
    name: 'BF16',
    bytes: 16,
    load: 'v128.load',
    low: () => 'i32x4.shl(v, 16)',
    high: () => 'v128.and(v, upper)',
  },
  {
    name: 'F16',
    bytes: 16,
    load: 'v128.load',
    low: () => 'halves(i32x4.shl(v, 16))',
    high: () => 'halves(v)',
  },
  {
    ...{ name: 'I8', bytes: 8, load: 'v128.load8x8_s' },
    ...{ low: () => 'lowFloats(v)', high: () => 'highFloats(v)' },
  },
  {
    ...{ name: 'Int16', bytes: 16, load: '', isInteger: true },
    ...{ low: (p) => `v128.load8x8_s(${p})`, high: (p) => `v128.load8x8_s(${p}, 8)` },
  },
];

/** Through memory, as a constant would be built anew at every use. */
const mask = ({ name }) =>
  name === 'BF16' ? '  store<u32>(sums, 0xffff0000);\n  const upper = v128.load32_splat(sums);\n' : '';
/** The first of several declares `v`. */
const loaded = ({ load }, p, isFirst) => (load ? `    ${isFirst ? 'let v' : 'v'} = ${load}(${p});\n` : '');

/** The step of an accumulator: sum + w·x. */
const sumStep = ({ isInteger }, sum, w, x) =>
  isInteger ? `i32x4.add(${sum}, i32x4.dot_i16x8_s(${w}, ${x}))` : `madd(${w}, ${x}, ${sum})`;

const zeroOf = ({ isInteger }) => (isInteger ? 'i32x4.splat(0)' : 'all(0)');
const moves = (count, name, bytes) => lines(count, (i) => `    ${name}${i} += ${bytes};`);
const addresses = (count) => lines(count - 1, (s) => `  let w${s + 1} = w${s} + apart;`);

/** One row of A, four rows of weights. */
const dotsOfOne = (kind) => `
/** sums[4][2 vectors] = Σ w[row]·x over \`bytes\` of x, in 8 lanes for each of four rows that lie \`apart\`. */
export function dots1${kind.name}(w0: usize, apart: usize, x0: usize, bytes: usize, sums: usize): void {
${addresses(4)}
${lines(4, (s) => `  let c${s}0 = ${zeroOf(kind)};\n  let c${s}1 = ${zeroOf(kind)};`)}
${mask(kind)}  x0 &= ~1;
  const end = x0 + bytes;
  while (x0 < end) {
    const low = v128.load(x0);
    const high = v128.load(x0, 16);
${lines(
  4,
  (s) => `${loaded(kind, `w${s}`, s === 0)}    c${s}0 = ${sumStep(kind, `c${s}0`, kind.low(`w${s}`), 'low')};
    c${s}1 = ${sumStep(kind, `c${s}1`, kind.high(`w${s}`), 'high')};`,
)}
${moves(4, 'w', kind.bytes)}
    x0 += 32;
  }
${lines(8, (i) => `  v128.store(sums, c${i >> 1}${i & 1}, ${16 * i});`)}
}
`;

/** Four rows of A, two rows of weights. */
const dotsOfFour = (kind) => `
/** sums[4][2 vectors] = Σ w[row]·x[i] over \`bytes\` of each x, in 4 lanes for each of two rows that lie \`apart\`. */
export function dots4${kind.name}(
  w0: usize, apart: usize, x0: usize, x1: usize, x2: usize, x3: usize, bytes: usize, sums: usize,
): void {
${addresses(2)}
  x1 &= ~1;
  x2 &= ~1;
  x3 &= ~1;
${lines(8, (i) => `  let c${i >> 1}${i & 1} = ${zeroOf(kind)};`)}
${mask(kind)}  x0 &= ~1;
  const end = x0 + bytes;
  while (x0 < end) {
${loaded(kind, 'w0', true)}    const low0 = ${kind.low('w0')};
    const high0 = ${kind.high('w0')};
${loaded(kind, 'w1', false)}    const low1 = ${kind.low('w1')};
    const high1 = ${kind.high('w1')};
${lines(
  4,
  (r) => `    ${r === 0 ? 'let x' : 'x'} = v128.load(x${r});
    c${r}0 = ${sumStep(kind, `c${r}0`, 'low0', 'x')};
    c${r}1 = ${sumStep(kind, `c${r}1`, 'low1', 'x')};
    x = v128.load(x${r}, 16);
    c${r}0 = ${sumStep(kind, `c${r}0`, 'high0', 'x')};
    c${r}1 = ${sumStep(kind, `c${r}1`, 'high1', 'x')};`,
)}
${moves(2, 'w', kind.bytes)}
${moves(4, 'x', 32)}
  }
${lines(8, (i) => `  v128.store(sums, c${i >> 1}${i & 1}, ${16 * i});`)}
}
`;

export function tiles() {
  return `/** The innermost loops of the matrix products: written by tiles.mjs, which says why they look as they do. */
import { all, madd } from './lanes';
import { halves, highFloats, lowFloats } from './pack-right';
${[6, 5, 4].map(floatTile).join('')}${int16Tile}${weightKinds.map(dotsOfOne).join('')}${weightKinds.map(dotsOfFour).join('')}`;
}
