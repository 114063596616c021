/** `InternVL.encodeImage` and `encodeText`: pictures and texts as vectors. */
import { picturesAtOnce, picturesInPass, textsAtOnce } from './batch-size.js';
import type { CallOptions, ImageOptions } from './call-options.js';
import { inputSize } from './contrastive/config.js';
import { encodeText } from './contrastive/internvl-c.js';
import type { LoadedModel } from './loaded-model.js';
import type { Mode } from './mode.js';
import { pictureEncoder } from './modes.js';
import { type EncodeIds, embedPictures, embedTexts } from './tasks/embed.js';
import type { Embeddings } from './tasks/embeddings.js';
import { checkStrings } from './tasks/lists.js';
import type { Picture } from './tasks/picture.js';
import { contrastiveIds, maxTextLength } from './text/prompts.js';

/** Vectors of pictures, [pictures, clipEmbedDim]. @throws as `pictureEncoder`. */
export async function encodePictures(
  model: LoadedModel,
  pictures: readonly Picture[],
  { transform = 'classification', mode = 'InternVL-C', ...call }: ImageOptions,
): Promise<Embeddings> {
  const recipe = { transform, size: inputSize(model.config) };
  const encode = pictureEncoder(model, mode, picturesAtOnce(model.config, model.activationBytes));
  return embedPictures(encode, pictures, recipe, { ...call, batchSize: passOf(model, mode) });
}

/** Pictures in one pass: with queries, no more than these have room for. */
export function passOf({ config, memory, activationBytes }: LoadedModel, mode: Mode): number {
  const pictures = picturesInPass(config, memory, activationBytes);
  if (mode === 'InternVL-C') return pictures;
  const tokens = config.qllama.numQueries + maxTextLength;
  return Math.min(pictures, textsAtOnce(config, tokens, activationBytes));
}

/** Vectors of texts, [texts, clipEmbedDim]. @throws TypeError for what is no text. */
export async function encodeTexts(
  { config, params, tokenizer, activationBytes }: LoadedModel,
  texts: readonly string[],
  options: CallOptions,
): Promise<Embeddings> {
  checkStrings(texts, 'texts');
  const tokenize = (text: string) => contrastiveIds(tokenizer, text);
  const encode: EncodeIds = (ids, batch) => encodeText(config, params, ids, batch);
  const batches = { batchSize: textsAtOnce(config, maxTextLength, activationBytes), ...options };
  return embedTexts(encode, tokenize, texts, batches);
}
