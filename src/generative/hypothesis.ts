/** What generation gives for a sample: a text with its score. */

export interface Hypothesis {
  /** Without the token that ended it. */
  readonly ids: readonly number[];
  /** `hypothesisScore`: comparable among the hypotheses of one sample. */
  readonly score: number;
  /** False when the text was cut at `maxNewTokens`. */
  readonly endedByEos: boolean;
}

/**
 * Σ log p(token) / length^penalty, over the generated tokens.
 *
 * The token that ends a text counts in both, as in transformers since 4.36; before, its length did not
 * count.
 *
 * @param sumLogProbs Σ of natural logarithms: <= 0.
 */
export function hypothesisScore(sumLogProbs: number, length: number, lengthPenalty: number): number {
  return sumLogProbs / length ** lengthPenalty;
}

/** A generated text as a hypothesis: its score by the tokens it has, the one that ended it included. */
export function hypothesis(
  ids: readonly number[],
  sumLogProbs: number,
  endedByEos: boolean,
  lengthPenalty: number,
): Hypothesis {
  const length = ids.length + (endedByEos ? 1 : 0);
  return { ids, score: hypothesisScore(sumLogProbs, length, lengthPenalty), endedByEos };
}

/**
 * All hypotheses as rows of one matrix, as `generate` of transformers returns them: sample by sample, best
 * first; `eosTokenId` after those that it ended, then `padTokenId` up to the longest.
 */
export function paddedIds(
  samples: readonly (readonly Hypothesis[])[],
  eosTokenId: number,
  padTokenId: number,
): number[][] {
  const rows = samples.flat().map(({ ids, endedByEos }) => (endedByEos ? [...ids, eosTokenId] : [...ids]));
  const longest = Math.max(0, ...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...new Array<number>(longest - row.length).fill(padTokenId)]);
}
