/**
 * Image-text matching: the probability that a text describes a picture, by queries that see both. It is slower than
 * a cosine and knows more: made for the few best candidates of a search.
 *
 * Paper: §3.2 (ITM).   Official code: `itm_head` (training only; no ranking with it was published).
 */
import * as tf from '@tensorflow/tfjs-core';

import { matchLogits, matchProbability } from '../generative/matching-head.js';
import type { TransformName } from '../image/transform.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import { matchingStates } from '../qllama/query-tower.js';
import { textIds } from '../text/prompts.js';
import { type GenerativeModel, imageTokens } from './generative-model.js';
import { groupsOf } from './match-groups.js';
import type { MatchPair } from './match-pair.js';
import type { Picture } from './picture.js';
import { paddedRight } from './token-rows.js';

export interface MatchRequest {
  readonly transform?: TransformName | undefined;
  /** Pairs that are matched at once. */
  readonly batchSize: number;
  /** Pictures that go through a block of InternViT together. */
  readonly rowsAtOnce?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Pairs done so far, with fractions. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * softmax(logits)₁ of each pair. Each picture is read once, whatever the number of its texts, and pictures with few
 * texts are read together.
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
  for (const { picture, text } of pairs) {
    checkIndex('picture', picture, pictures.length);
    checkIndex('text', text, texts.length);
  }
  const probabilities = new Array<number>(pairs.length).fill(Number.NaN); // each is set below
  let done = 0;
  const pictureOf = pairs.map(({ picture }) => picture);
  for (const group of groupsOf(pictureOf, request.batchSize)) {
    const tell = (share: number) => request.onProgress?.(done + share * group.pairs.length, pairs.length);
    const chosen = group.pictures.map((picture) => pictures[picture] as Picture); // checked above
    const asked = group.pairs.map((i) => pairs[i] as MatchPair); // indices of `pairs`
    const rows = asked.map(({ picture, text }): MatchRow => {
      return { row: group.pictures.indexOf(picture), text: texts[text] as string };
    });
    const values = await matchGroup(model, chosen, rows, { ...request, tell });
    for (const [i, value] of values.entries()) probabilities[group.pairs[i] as number] = value;
    tell(1);
    done += group.pairs.length;
  }
  return probabilities;
}

function checkIndex(what: string, index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw new RangeError(`expected a ${what} below ${count}, got ${index}`);
}

/** A text, and the row of the picture that it is matched with. */
interface MatchRow {
  readonly row: number;
  readonly text: string;
}

type GroupRequest = MatchRequest & { readonly tell: (share: number) => void };

async function matchGroup(
  model: GenerativeModel,
  pictures: readonly Picture[],
  rows: readonly MatchRow[],
  { transform = 'retrieval', batchSize, rowsAtOnce, signal, tell }: GroupRequest,
): Promise<number[]> {
  const { vision, qllama } = model.config;
  const total = vision.numLayers + qllama.numLayers * Math.ceil(rows.length / batchSize);
  const after = (before: number) => (done: number) => tell((before + done) / total);
  const image = await imageTokens(model, pictures, transform, { rowsAtOnce, signal, onBlock: after(0) });
  const probabilities: number[] = [];
  try {
    for (let start = 0; start < rows.length; start += batchSize) {
      const batch = rows.slice(start, start + batchSize);
      const onBlock = after(vision.numLayers + (qllama.numLayers * start) / batchSize);
      probabilities.push(...(await matchRows(model, image, batch, { signal, onBlock })));
    }
    return probabilities;
  } finally {
    image.dispose();
  }
}

/** Some texts with pictures [B, N, W]; one picture serves all of them. */
async function matchRows(
  { config, params, tokenizer }: GenerativeModel,
  image: tf.Tensor,
  rows: readonly MatchRow[],
  options: TowerOptions,
): Promise<ArrayLike<number> & Iterable<number>> {
  const ids = paddedRight(rows.map(({ text }) => textIds(tokenizer, text)));
  const reader = { ...params.queries, tokens: params.text.tokens };
  const kept: tf.Tensor[] = [ids];
  try {
    const own = image.shape[0] === 1 ? image : picturesOf(image, rows);
    if (own !== image) kept.push(own);
    const states = await matchingStates(config.qllama, reader, { image: own, ids }, options);
    kept.push(states);
    const logits = matchLogits(params.itmHead, states);
    kept.push(logits);
    const probability = matchProbability(logits);
    kept.push(probability);
    return await probability.data<'float32'>();
  } finally {
    disposeTree(kept);
  }
}

const picturesOf = (image: tf.Tensor, rows: readonly MatchRow[]): tf.Tensor =>
  tf.tidy(() =>
    tf.gather(
      image,
      tf.tensor1d(
        rows.map(({ row }) => row),
        'int32',
      ),
    ),
  );
