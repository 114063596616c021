/**
 * Captions: QLLaMA's queries read a picture, and its LLaMA goes on from `English caption:`.
 *
 * Paper: §4.3 (zero-shot captioning).   Official code: `clip_benchmark/metrics/captioning.py`, `InternVL_G.generate`.
 */
import type { Decoded, Decoder } from '../generative/decoder.js';
import { generate, streamTokens } from '../generative/generate.js';
import type { Hypothesis } from '../generative/hypothesis.js';
import { imageDecoder } from '../generative/model-decoder.js';
import type { KvCache } from '../llama/cache.js';
import { disposeTree } from '../nn/tree.js';
import { streamText } from '../text/token-stream.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { Caption } from './caption-options.js';
import { type CaptionRequest, captionsAtOnce, promptsFor, searchSettings } from './caption-request.js';
import { type GenerativeModel, imageTokens } from './generative-model.js';
import type { Picture } from './picture.js';
import { paddedLeft } from './token-rows.js';

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
  const batchSize = captionsAtOnce(model, prompts, settings, request);
  const captions: Caption[] = [];
  for (let start = 0; start < pictures.length; start += batchSize) {
    const end = Math.min(pictures.length, start + batchSize);
    const tell = (share: number) => request.onProgress?.(start + share * (end - start), pictures.length);
    const batch = { pictures: pictures.slice(start, end), prompts: prompts.slice(start, end) };
    const writer = await openWriter(model, batch, { ...request, ...settings, tell });
    try {
      const samples = await generate(writer.decoder, settings);
      captions.push(...samples.map((hypotheses) => captionOf(model, hypotheses)));
    } finally {
      writer.dispose();
    }
    tell(1);
    for (let i = start; i < end; i++) await request.onCaption?.(captions[i] as Caption, i); // all are there
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
  const search = { ...request.search, numBeams: request.search.numBeams ?? 1 };
  const settings = searchSettings(model, { ...request, search });
  const prompts = promptsFor(model, 1, request, settings.maxNewTokens);
  captionsAtOnce(model, prompts, settings, { ...request, batchSize: 1 }); // refuses what has no room
  const tell = (share: number) => request.onProgress?.(share, 1);
  const writer = await openWriter(model, { pictures: [picture], prompts }, { ...request, ...settings, tell });
  try {
    yield* streamText(model.tokenizer, streamTokens(writer.decoder, settings));
  } finally {
    writer.dispose();
  }
  tell(1);
}

interface CaptionBatch {
  readonly pictures: readonly Picture[];
  readonly prompts: readonly (readonly number[])[];
}

interface WriterOptions extends Pick<CaptionRequest, 'transform' | 'rowsAtOnce' | 'signal'> {
  readonly maxNewTokens: number;
  /** Told the share of the work that is done: a block of a tower is as much as a token. */
  readonly tell: (share: number) => void;
}

/** Reads a batch of pictures. The caller disposes of what writes about them. */
async function openWriter(
  model: GenerativeModel,
  { pictures, prompts }: CaptionBatch,
  { transform = 'retrieval', rowsAtOnce, signal, maxNewTokens, tell }: WriterOptions,
): Promise<{ readonly decoder: Decoder<KvCache>; dispose(): void }> {
  const { vision, qllama } = model.config;
  const total = vision.numLayers + qllama.numLayers + maxNewTokens;
  const after = (before: number) => (done: number) => tell((before + done) / total);
  const reading = { rowsAtOnce, signal, onBlock: after(0) };
  const image = await imageTokens(model, pictures, transform, reading);
  const ids = paddedLeft(prompts);
  const decoder = imageDecoder(qllama, model.params, { image, ids }, after(vision.numLayers));
  return {
    decoder: writing(decoder, model.tokenizer, after(vision.numLayers + qllama.numLayers)),
    dispose: () => disposeTree([image, ids]),
  };
}

/**
 * The same decoder, telling how many steps were made, without scores of ids that the tokenizer has no piece for: a
 * token table may have more rows.
 */
function writing<State>(
  decoder: Decoder<State>,
  { vocabSize }: Tokenizer,
  tell: (steps: number) => void,
): Decoder<State> {
  let steps = 0;
  const withPieces = ({ logits, state }: Decoded<State>): Decoded<State> => {
    return { logits: logits.map((row) => row.subarray(0, vocabSize)), state };
  };
  return {
    ...decoder,
    prefill: async (signal) => withPieces(await decoder.prefill(signal)),
    async step(state, tokens, signal) {
      const next = await decoder.step(state, tokens, signal);
      tell(++steps);
      return withPieces(next);
    },
  };
}

function captionOf({ tokenizer }: GenerativeModel, hypotheses: readonly Hypothesis[]): Caption {
  const texts = hypotheses.map(({ ids, score }) => ({ text: tokenizer.decode(ids).trim(), score }));
  const [best = { text: '', score: Number.NEGATIVE_INFINITY }] = texts; // generate gives at least one
  return { ...best, hypotheses: texts };
}
