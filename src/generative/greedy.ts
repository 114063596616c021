/** Greedy decoding: the best token. */

/** argmax; of equal logits, the first. `banned` (−1: none) is not taken. @throws Error when none is above −∞. */
export function bestToken(logits: Float32Array, banned: number): number {
  let best = Number.NEGATIVE_INFINITY;
  let token = -1;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] as number; // i < length
    if (logit > best && i !== banned) [best, token] = [logit, i];
  }
  if (token >= 0) return token;
  throw new Error(`expected a token that may follow, got ${logits.length} logits without one`);
}
