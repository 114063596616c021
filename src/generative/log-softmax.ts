/** The normaliser of a row of logits: log-softmax(x)ᵢ = xᵢ − log Σ exp(x). */

/**
 * log Σ exp(xᵢ), summed in float64 around the largest: no overflow, and no copy of the row.
 *
 * @throws Error when a logit is NaN or +∞, or all are −∞: no token has a probability then.
 */
export function logSumExp(logits: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i] as number); // i < length
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp((logits[i] as number) - largest);
  const result = largest + Math.log(sum);
  if (Number.isFinite(result)) return result;
  throw new Error(`expected finite logits, got ${largest} as the largest; check the weights of the model`);
}
