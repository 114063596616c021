/** Shares of right answers, with the interval in which the true share lies with 95 %. */

export interface Accuracy {
  readonly hits: number;
  readonly n: number;
  readonly value: number;
  /** Wilson's interval (1927): valid near 0 and 1 and for small n, unlike value ± 1.96σ. */
  readonly low: number;
  readonly high: number;
}

/** @throws RangeError when there is nothing to count. */
export function accuracy(hits: number, n: number): Accuracy {
  if (!(n > 0)) throw new RangeError(`expected at least one answer to judge, got ${n}`);
  const z = 1.959964; // 97.5 % quantile of the normal distribution
  const value = hits / n;
  const centre = (value + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((value * (1 - value)) / n + z ** 2 / (4 * n ** 2));
  return { hits, n, value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * How many scores of the row are above that of `target`; equal scores go to the lower index, as argmax does.
 */
export function rankOfTarget(scores: ArrayLike<number>, target: number): number {
  const own = scores[target] ?? Number.NEGATIVE_INFINITY;
  let above = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? Number.NEGATIVE_INFINITY;
    if (score > own || (score === own && i < target)) above++;
  }
  return above;
}
