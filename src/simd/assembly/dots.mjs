// Writes the part of tiles.ts for few rows of A, as in decoding: weights are read once, from far away, so they are
// not packed. The rules are those of tiles.mjs.
//
// Some rows of weights are read side by side, far from one another. A step of the loop takes one vector of each and
// one of every row of A, which lie side by side. Every row of A with every row of weights has a vector of lanes cRS;
// their sums are left to the caller.

/** `lines(3, (i) => …)`: one line for each i = 0, 1, 2. */
export const lines = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join('\n');

/**
 * How weights become factors: `pair`, 8 of them (16 integers) at `p` or loaded as `v`, two vectors for one row of
 * A; `one`, a single vector. Of 16-bit kinds that is what the upper halves of words hold. `upper` is a mask.
 */
const weightKinds = [
  {
    ...{ name: 'F32', pairBytes: 32, pair: (p) => [`v128.load(${p})`, `v128.load(${p}, 16)`] },
    ...{ bytes: 16, one: (p) => `v128.load(${p})` },
  },
  {
    ...{
      name: 'BF16',
      pairBytes: 16,
      load: 'v128.load',
      pair: () => ['i32x4.shl(v, 16)', 'v128.and(v, upper)'],
    },
    ...{ isHalf: true, one: (p) => `v128.and(v128.load(${p}), upper)` },
  },
  {
    ...{
      name: 'F16',
      pairBytes: 16,
      load: 'v128.load',
      pair: () => ['halves(i32x4.shl(v, 16))', 'halves(v)'],
    },
    ...{ isHalf: true, one: (p) => `halves(v128.load(${p}))` },
  },
  {
    ...{ name: 'I8', pairBytes: 8, load: 'v128.load8x8_s', pair: () => ['lowFloats(v)', 'highFloats(v)'] },
    ...{ bytes: 4, one: (p) => `four<i8>(${p})` },
  },
  {
    ...{ name: 'Int16', pairBytes: 16, pair: (p) => [`v128.load8x8_s(${p})`, `v128.load8x8_s(${p}, 8)`] },
    ...{ bytes: 8, one: (p) => `v128.load8x8_s(${p})`, isInteger: true },
  },
];

/** Rows of weights read side by side with 1, 2, … rows of A: what the registers hold sums for. */
const streamsOf = [4, 4, 3, 2, 2];

/** Through memory, as a constant would be built anew at every use. */
const mask = ({ name }) =>
  name === 'BF16' ? '  store<u32>(sums, 0xffff0000);\n  const upper = v128.load32_splat(sums);\n' : '';
const zeroOf = ({ isInteger }) => (isInteger ? 'i32x4.splat(0)' : 'all(0)');
/** The step of an accumulator: sum + w·x. */
const sumStep = ({ isInteger }, sum, w, x) =>
  isInteger ? `i32x4.add(${sum}, i32x4.dot_i16x8_s(${w}, ${x}))` : `madd(${w}, ${x}, ${sum})`;

/** One row of A has two vectors of lanes for a sum, lest each step wait for the one before. */
const dotsOfOne = (kind) => {
  const names = Array.from({ length: 8 }, (_, i) => `c${i >> 1}${i & 1}`);
  return `
/** Lanes of 4 sums, two vectors each, of 4 rows of weights with one of A, over \`bytes\` of A. */
export function dots1${kind.name}(w0: usize, apart: usize, p: usize, bytes: usize, sums: usize): void {
${lines(3, (s) => `  let w${s + 1} = w${s} + apart;`)}
${names.map((name) => `  let ${name} = ${zeroOf(kind)};`).join('\n')}
${mask(kind)}  p &= ~1;
  const end = p + bytes;
  while (p < end) {
    const x0 = v128.load(p);
    const x1 = v128.load(p, 16);
${lines(4, (s) => {
  const [low, high] = kind.pair(`w${s}`);
  const v = kind.load ? `    ${s === 0 ? 'let v' : 'v'} = ${kind.load}(w${s});\n` : '';
  return `${v}    c${s}0 = ${sumStep(kind, `c${s}0`, low, 'x0')};
    c${s}1 = ${sumStep(kind, `c${s}1`, high, 'x1')};`;
})}
${lines(4, (s) => `    w${s} += ${kind.pairBytes};`)}
    p += 32;
  }
${names.map((name, i) => `  v128.store(sums, ${name}, ${16 * i});`).join('\n')}
}
`;
};

/** Of two weights in a word, those in the lower half are read 2 bytes earlier: then they are in the upper half. */
const dotsOfSome = (kind, rows) => {
  const streams = streamsOf[rows - 1];
  const names = Array.from({ length: rows * streams }, (_, i) => `c${Math.floor(i / streams)}${i % streams}`);
  return `
/** Lanes of ${rows}×${streams} sums of ${streams} rows of weights with ${rows} of A, over \`bytes\` of A. */
export function dots${rows}${kind.name}(w0: usize, apart: usize, p: usize, bytes: usize, sums: usize): void {
${lines(streams - 1, (s) => `  let w${s + 1} = w${s} + apart;`)}
${names.map((name) => `  let ${name} = ${zeroOf(kind)};`).join('\n')}
${mask(kind)}${kind.isHalf ? '  let step: usize = 2;\n' : ''}  p &= ~1;
  const end = p + bytes;
  while (p < end) {
${lines(streams, (s) => `    const x${s} = ${kind.one(`w${s}`)};`)}
${lines(
  rows,
  (r) => `    ${r === 0 ? 'let x' : 'x'} = v128.load(p, ${16 * r});
${lines(streams, (s) => `    c${r}${s} = ${sumStep(kind, `c${r}${s}`, `x${s}`, 'x')};`)}`,
)}
${lines(streams, (s) => `    w${s} += ${kind.isHalf ? 'step' : kind.bytes};`)}
${kind.isHalf ? '    step ^= 12;\n' : ''}    p += ${16 * rows};
  }
${names.map((name, i) => `  v128.store(sums, ${name}, ${16 * i});`).join('\n')}
}
`;
};

const counts = streamsOf.map((_, i) => i + 1);

/** Which kind is meant. */
const choice = (rows) => {
  const call = (name) => `dots${rows}${name}(w, apart, p, bytes, sums)`;
  const others = ['F32', 'BF16', 'F16'].map((name) => `else if (kind == ${name}) ${call(name)};`);
  return `
@inline
function dots${rows}(kind: i32, isInt16: bool, w: usize, apart: usize, p: usize, bytes: usize, sums: usize): void {
  if (isInt16) ${call('Int16')};
  ${others.join('\n  ')}
  else ${call('I8')};
}
`;
};

/** No table of jumps and no calls in between: whatever lies between two streams interrupts the reading of memory. */
const choices = `${counts.map(choice).join('')}
/** Lanes of the sums of weights of a kind, or of int8 as integers, with \`rows\` of A. */
@inline
export function dots(
  kind: i32, isInt16: bool, rows: i32, w: usize, apart: usize, p: usize, bytes: usize, sums: usize,
): void {
  ${counts.map((rows) => `if (rows == ${rows}) dots${rows}(kind, isInt16, w, apart, p, bytes, sums);`).join('\n  else ')}
}
`;

/** Of B [k, n] in float32, 4 columns a vector, with one row of A. */
const columnSums = (vectors) => `
/** sums[${4 * vectors}] = Σₖ x[k]·b[k], rows of b lying \`row\` bytes apart. */
export function sum${4 * vectors}Columns(x: usize, end: usize, b: usize, row: usize, sums: usize): void {
${lines(vectors, (i) => `  let c${i} = all(0);`)}
  x &= ~3;
  b &= ~3;
  while (x < end) {
    const w = v128.load32_splat(x);
${lines(vectors, (i) => `    c${i} = madd(w, v128.load(b, ${16 * i}), c${i});`)}
    x += 4;
    b += row;
  }
${lines(vectors, (i) => `  v128.store(sums, c${i}, ${16 * i});`)}
}
`;

/** All of these functions. */
export function dots() {
  const kinds = weightKinds.map(
    (kind) => dotsOfOne(kind) + lines(counts.length - 1, (i) => dotsOfSome(kind, i + 2)),
  );
  return kinds.join('') + choices + [8, 4, 1].map(columnSums).join('');
}
