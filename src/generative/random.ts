/** The seeded generator behind sampled texts: splitmix32, one 32-bit word of state. */

/** Uniform in [0, 1), 32 bits, the same sequence for a seed on every machine. */
export function seededRandom(seed: number): () => number {
  let state = mixed(seed | 0) ^ Math.floor(seed / 2 ** 32); // large seeds differ in their upper bits
  return () => {
    state = (state + 0x9e3779b9) | 0; // 2^32 / the golden ratio: all states come before one comes again
    return (mixed(state) >>> 0) / 2 ** 32;
  };
}

/** The finaliser of MurmurHash3 with the better constants of splitmix32: every bit moves every other one. */
function mixed(word: number): number {
  let x = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
