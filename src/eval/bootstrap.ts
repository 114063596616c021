/**
 * The mean of answers that depend on each other within a group, as those to the five captions of one picture, with
 * the interval of the bootstrap over groups (Efron 1979): 95 % of the means of as many groups drawn with
 * replacement.
 */
import { createRandom } from '../emojiworld/random.js';
import type { Estimate } from './accuracy.js';

/** The answers of one group: their sum and their number. */
export interface Group {
  readonly sum: number;
  readonly count: number;
}

const DRAWS = 2000;

/**
 * Σ sum / Σ count. The same groups give the same interval. It has no width when all groups are equal.
 *
 * @throws RangeError when there is no answer.
 */
export function groupedMean(groups: readonly Group[], seed = 0): Estimate {
  const n = groups.reduce((total, { count }) => total + count, 0);
  if (!(n > 0)) throw new RangeError(`expected at least one answer to judge, got ${n}`);
  const random = createRandom(seed, 'bootstrap');
  const means = Float64Array.from({ length: DRAWS }, () =>
    meanOf(groups.length, () => random.pick(groups)),
  ).sort();
  const quantile = (share: number): number => means[Math.floor(share * (DRAWS - 1))] ?? Number.NaN;
  let next = 0;
  const value = meanOf(groups.length, () => groups[next++]);
  return { value, low: quantile(0.025), high: quantile(0.975), n };
}

function meanOf(count: number, draw: () => Group | undefined): number {
  let [sum, answers] = [0, 0];
  for (let i = 0; i < count; i++) {
    const group = draw();
    sum += group?.sum ?? 0;
    answers += group?.count ?? 0;
  }
  return sum / answers;
}
