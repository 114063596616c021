/**
 * Image-text matching: the probability that a text describes a picture, by queries that see both. It is slower than
 * a cosine and knows more: made for the few best candidates of a search.
 *
 * Paper: §3.2 (ITM).   Official code: `itm_head` (training only; no ranking with it was published).
 */
import type * as tf from '@tensorflow/tfjs-core';

import { matchLogits, matchProbability } from '../generative/matching-head.js';
import type { TransformName } from '../image/transform.js';
import { disposeTree } from '../nn/tree.js';
import { matchingStates } from '../qllama/query-tower.js';
import { textIds } from '../text/prompts.js';
import { type GenerativeModel, imageTokens } from './generative-model.js';
import type { Picture } from './picture.js';
import { paddedRight } from './token-rows.js';

/** Which picture goes with which text. */
export interface MatchPair {
  readonly picture: number;
  readonly text: number;
}

export interface MatchRequest {
  readonly transform?: TransformName | undefined;
  /** Texts that are matched with a picture at once. */
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * softmax(logits)₁ of each pair. Each picture is read once, whatever the number of its texts.
 *
 * @throws RangeError when a pair names no picture or no text.
 */
export async function matchPairs(
  model: GenerativeModel,
  pictures: readonly Picture[],
  texts: readonly string[],
  pairs: readonly MatchPair[],
  request: MatchRequest,
): Promise<number[]> {
  const probabilities = new Array<number>(pairs.length).fill(Number.NaN); // each is set below
  let done = 0;
  for (const [picture, indices] of pairsByPicture(pairs)) {
    const chosen = pictures[picture];
    if (chosen === undefined)
      throw new RangeError(`expected a picture below ${pictures.length}, got ${picture}`);
    const image = await imageTokens(model, [chosen], request.transform ?? 'retrieval', {
      signal: request.signal,
    });
    try {
      for (let start = 0; start < indices.length; start += request.batchSize) {
        const batch = indices.slice(start, start + request.batchSize);
        const words = batch.map((i) => textAt(texts, pairs[i]?.text ?? -1));
        const values = await matchTexts(model, image, words, request.signal);
        for (const [row, i] of batch.entries()) probabilities[i] = values[row] ?? Number.NaN;
        done += batch.length;
        request.onProgress?.(done, pairs.length);
      }
    } finally {
      image.dispose();
    }
  }
  return probabilities;
}

function textAt(texts: readonly string[], index: number): string {
  const text = texts[index];
  if (text === undefined) throw new RangeError(`expected a text below ${texts.length}, got ${index}`);
  return text;
}

/** Some texts with one picture [1, N, W]. */
async function matchTexts(
  { config, params, tokenizer }: GenerativeModel,
  image: tf.Tensor,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<ArrayLike<number>> {
  const ids = paddedRight(texts.map((text) => textIds(tokenizer, text)));
  const reader = { ...params.queries, tokens: params.text.tokens };
  const kept: tf.Tensor[] = [ids];
  try {
    const states = await matchingStates(config.qllama, reader, { image, ids }, { signal });
    kept.push(states);
    const logits = matchLogits(params.itmHead, states);
    kept.push(logits);
    const probability = matchProbability(logits);
    kept.push(probability);
    return await probability.data();
  } finally {
    disposeTree(kept);
  }
}

function pairsByPicture(pairs: readonly MatchPair[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const [i, { picture }] of pairs.entries()) groups.set(picture, [...(groups.get(picture) ?? []), i]);
  return groups;
}
