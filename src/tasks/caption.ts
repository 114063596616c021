/**
 * Captions: QLLaMA's queries read a picture, and its LLaMA goes on from `English caption:`.
 *
 * Paper: §4.3 (zero-shot captioning).   Official code: `clip_benchmark/metrics/captioning.py`, `InternVL_G.generate`.
 */
import type * as tf from '@tensorflow/tfjs-core';

import type { Decoder } from '../generative/decoder.js';
import { generate, streamTokens } from '../generative/generate.js';
import type { GenerationOptions } from '../generative/generation-options.js';
import type { Hypothesis } from '../generative/hypothesis.js';
import { imageDecoder } from '../generative/model-decoder.js';
import type { KvCache } from '../llama/cache.js';
import { disposeTree } from '../nn/tree.js';
import { streamText } from '../text/token-stream.js';
import { type CaptionRequest, promptsFor, searchSettings } from './caption-request.js';
import { type GenerativeModel, imageTokens } from './generative-model.js';
import type { Picture } from './picture.js';
import { paddedLeft } from './token-rows.js';

/** One caption and how likely it is. */
export interface CaptionHypothesis {
  readonly text: string;
  /** Σ log p(token) / length^lengthPenalty: larger is likelier. */
  readonly score: number;
}

/** The best caption of a picture; with `numReturnSequences` above 1 the others, too. */
export interface Caption extends CaptionHypothesis {
  /** Best first; the first is the caption itself. */
  readonly hypotheses: readonly CaptionHypothesis[];
}

/**
 * A caption for each picture.
 *
 * @throws RangeError when prompts and pictures differ in number, a prompt leaves no room, or the search is
 *   impossible; the signal's reason, at the next token.
 */
export async function captionPictures(
  model: GenerativeModel,
  pictures: readonly Picture[],
  request: CaptionRequest,
): Promise<Caption[]> {
  const settings = searchSettings(model, request);
  const prompts = promptsFor(model, pictures.length, request, settings.maxNewTokens);
  const captions: Caption[] = [];
  for (let start = 0; start < pictures.length; start += request.batchSize) {
    const end = Math.min(pictures.length, start + request.batchSize);
    const tell = (share: number) => request.onProgress?.(start + share * (end - start), pictures.length);
    const batch = { pictures: pictures.slice(start, end), prompts: prompts.slice(start, end) };
    const samples = await withDecoder(model, batch, { ...request, tell }, settings, (decoder) =>
      generate(decoder, settings),
    );
    captions.push(...samples.map((hypotheses) => captionOf(model, hypotheses)));
    tell(1);
  }
  return captions;
}

/**
 * The caption of one picture, piece by piece as its tokens become known: greedy, or sampled. Leaving the loop
 * frees everything.
 *
 * @throws as `captionPictures`; RangeError for beams, whose first token is known at the end only.
 */
export async function* captionStream(
  model: GenerativeModel,
  picture: Picture,
  request: Omit<CaptionRequest, 'batchSize'>,
): AsyncGenerator<string, void, undefined> {
  const settings = searchSettings(model, { ...request, search: { numBeams: 1, ...request.search } });
  const prompts = promptsFor(model, 1, request, settings.maxNewTokens);
  const image = await imageTokens(model, [picture], request.transform ?? 'retrieval', request);
  const ids = paddedLeft(prompts);
  try {
    const decoder = imageDecoder(model.config.qllama, model.params, { image, ids });
    yield* streamText(model.tokenizer, streamTokens(decoder, settings));
  } finally {
    disposeTree([image, ids]);
  }
}

interface CaptionBatch {
  readonly pictures: readonly Picture[];
  readonly prompts: readonly (readonly number[])[];
}

/** Calls `use` with a decoder over a batch of pictures, telling the share of the work that is done. */
async function withDecoder<T>(
  model: GenerativeModel,
  { pictures, prompts }: CaptionBatch,
  { transform = 'retrieval', rowsAtOnce, signal, tell }: CaptionRequest & { tell: (share: number) => void },
  { maxNewTokens }: GenerationOptions,
  use: (decoder: Decoder<KvCache>) => Promise<T>,
): Promise<T> {
  const { vision, qllama } = model.config;
  const total = vision.numLayers + qllama.numLayers + maxNewTokens;
  const after = (before: number) => (done: number) => tell((before + done) / total);
  const image: tf.Tensor = await imageTokens(model, pictures, transform, {
    ...{ rowsAtOnce, signal, onBlock: after(0) },
  });
  const ids = paddedLeft(prompts);
  try {
    const decoder = imageDecoder(qllama, model.params, { image, ids }, after(vision.numLayers));
    return await use(countingSteps(decoder, after(vision.numLayers + qllama.numLayers)));
  } finally {
    disposeTree([image, ids]);
  }
}

/** The same decoder, telling how many steps were made. */
function countingSteps<State>(decoder: Decoder<State>, tell: (steps: number) => void): Decoder<State> {
  let steps = 0;
  return {
    ...decoder,
    async step(state, tokens, signal) {
      const next = await decoder.step(state, tokens, signal);
      tell(++steps);
      return next;
    },
  };
}

function captionOf({ tokenizer }: GenerativeModel, hypotheses: readonly Hypothesis[]): Caption {
  const texts = hypotheses.map(({ ids, score }) => ({ text: tokenizer.decode(ids).trim(), score }));
  const [best = { text: '', score: Number.NEGATIVE_INFINITY }] = texts; // generate gives at least one
  return { ...best, hypotheses: texts };
}
