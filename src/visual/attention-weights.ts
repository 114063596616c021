/** softmax(q·kᵀ/√D) as numbers: how much a token looks at each of the others. No gradients, no tensors. */

/**
 * The weights of one query over all keys, in float64, each head summing to 1: [C], [N, C] → [H, N]. Heads are
 * contiguous chunks of D = C/H channels.
 *
 * @throws RangeError when the heads do not divide the channels, or the keys are not whole rows of C numbers.
 */
export function attentionWeights(
  q: ArrayLike<number>,
  k: ArrayLike<number>,
  numHeads: number,
): Float64Array[] {
  const C = q.length;
  if (!(Number.isInteger(numHeads) && numHeads >= 1 && C % numHeads === 0))
    throw new RangeError(`expected heads that divide C=${C}, got ${numHeads}`);
  if (k.length === 0 || k.length % C !== 0)
    throw new RangeError(`expected keys of ${C} numbers each, got ${k.length} numbers`);
  const D = C / numHeads;
  return Array.from({ length: numHeads }, (_, h) => softmax(scores(q, k, h * D, D)));
}

/** q·k/√D of the D channels from `first`, for every key: [N]. */
function scores(q: ArrayLike<number>, k: ArrayLike<number>, first: number, D: number): Float64Array {
  const C = q.length;
  return Float64Array.from({ length: k.length / C }, (_, n) => {
    let sum = 0;
    for (let d = first; d < first + D; d++) sum += (q[d] ?? 0) * (k[n * C + d] ?? 0);
    return sum / Math.sqrt(D);
  });
}

function softmax(x: Float64Array): Float64Array {
  const largest = x.reduce((a, b) => Math.max(a, b));
  const powers = x.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** The mean over the heads, which sums to 1 as each of them does: [H, N] → [N]. */
export function meanOfHeads(heads: readonly Float64Array[]): Float64Array {
  const N = heads[0]?.length ?? 0;
  return Float64Array.from({ length: N }, (_, n) => {
    return heads.reduce((sum, head) => sum + (head[n] ?? 0), 0) / heads.length;
  });
}
