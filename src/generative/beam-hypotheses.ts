/**
 * The complete texts of one sample in a beam search: the best `numBeams` so far, and when they are enough.
 *
 * Official code: `BeamHypotheses` of transformers 4.37, which also settles what happens with equal scores.
 */
import type { GenerationSettings } from './generation-options.js';
import { type Hypothesis, hypothesis, hypothesisScore } from './hypothesis.js';

export interface BeamHypotheses {
  /** Takes a text when there is room, or when it is better than the worst one, which then leaves. */
  add(ids: readonly number[], sumLogProbs: number, endedByEos: boolean): void;
  /**
   * Whether the search ends: there are `numBeams`, and a text of `length` tokens with the sum
   * `bestSumLogProbs` would not be better than the worst of them. With early stopping the first is enough.
   */
  isDone(bestSumLogProbs: number, length: number): boolean;
  /** The best `count`, best first; of equal scores, the one that came later. */
  best(count: number): Hypothesis[];
}

export function beamHypotheses({
  numBeams,
  lengthPenalty,
  earlyStopping,
}: GenerationSettings): BeamHypotheses {
  const kept: Hypothesis[] = []; // in the order in which they came
  const worstScore = (): number => Math.min(...kept.map(({ score }) => score));
  return {
    add(ids, sumLogProbs, endedByEos) {
      const added = hypothesis(ids, sumLogProbs, endedByEos, lengthPenalty);
      if (kept.length === numBeams) {
        const worst = worstScore();
        if (added.score <= worst) return;
        kept.splice(
          kept.findIndex(({ score }) => score === worst),
          1,
        );
      }
      kept.push(added);
    },
    isDone(bestSumLogProbs, length) {
      if (kept.length < numBeams) return false;
      return earlyStopping || worstScore() >= hypothesisScore(bestSumLogProbs, length, lengthPenalty);
    },
    best: (count) =>
      [...kept]
        .reverse() // sorting keeps the order of equal scores
        .sort((a, b) => b.score - a.score)
        .slice(0, count),
  };
}
