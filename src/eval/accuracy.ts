/** Shares of right answers, with the interval in which the true share lies with 95 %. */

/** A mean of `n` answers with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

export interface Accuracy extends Estimate {
  readonly hits: number;
}

/**
 * hits / n with Wilson's interval (1927): valid near 0 and 1 and for small n, unlike value ± 1.96σ. The answers must
 * not depend on each other; where they do, `bootstrap.ts` has the interval.
 *
 * @throws RangeError when there is nothing to count.
 */
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
 *
 * @throws RangeError when the row has no such index; Error for a score that is NaN, which has no rank.
 */
export function rankOfTarget(scores: ArrayLike<number>, target: number): number {
  const own = scores[target];
  if (own === undefined) throw new RangeError(`expected a target below ${scores.length}, got ${target}`);
  let above = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? Number.NaN;
    if (Number.isNaN(score)) throw new Error(`expected comparable scores, got NaN at ${i}`);
    if (score > own || (score === own && i < target)) above++;
  }
  return above;
}
