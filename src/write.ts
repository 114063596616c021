/** `InternVL.caption`, `captionStream` and `match`: what needs the weights of InternVL-G. */
import { picturesAtOnce, textsAtOnce } from './batch-size.js';
import type { CaptionOptions, MatchOptions } from './call-options.js';
import { passOf } from './encode.js';
import type { LoadedModel } from './loaded-model.js';
import { generativeParams } from './modes.js';
import { checkOptions } from './pretrained-options.js';
import { captionPictures, captionStream } from './tasks/caption.js';
import { type Caption, SEARCH_OPTIONS } from './tasks/caption-options.js';
import type { CaptionRequest } from './tasks/caption-request.js';
import type { GenerativeModel } from './tasks/generative-model.js';
import { checkStrings } from './tasks/lists.js';
import { matchPairs } from './tasks/match.js';
import type { MatchPair } from './tasks/match-pair.js';
import type { Picture } from './tasks/picture.js';
import { maxTextLength } from './text/prompts.js';

/** A caption for each picture. */
export async function writeCaptions(
  model: LoadedModel,
  pictures: readonly Picture[],
  options: CaptionOptions,
): Promise<Caption[]> {
  const rowsAtOnce = picturesAtOnce(model.config, model.activationBytes);
  const batch = { batchSize: passOf(model, 'InternVL-G'), rowsAtOnce, ...cacheRoom(model) };
  return captionPictures(generativeModel(model), pictures, { ...requestOf(options), ...batch });
}

/** The caption of one picture, piece by piece. */
export function streamCaption(
  model: LoadedModel,
  picture: Picture,
  options: CaptionOptions,
): AsyncGenerator<string, void, undefined> {
  return captionStream(generativeModel(model), picture, { ...requestOf(options), ...cacheRoom(model) });
}

/** The activations of a step are small: what they may take is for keys and values. */
const cacheRoom = ({ activationBytes: cacheBytes, roomBytes }: LoadedModel) => ({ cacheBytes, roomBytes });

function requestOf({ signal, onProgress, onCaption, transform, prompt, ...search }: CaptionOptions) {
  checkOptions(search, SEARCH_OPTIONS);
  return { signal, onProgress, onCaption, transform, prompt, search } satisfies Partial<CaptionRequest>;
}

/** The probability that each text describes the picture at its place. @throws RangeError when numbers differ. */
export async function matchEach(
  model: LoadedModel,
  pictures: readonly Picture[],
  texts: readonly string[],
  options: MatchOptions,
): Promise<number[]> {
  if (pictures.length !== texts.length) {
    throw new RangeError(
      `expected a text for each of ${pictures.length} pictures, got ${texts.length} texts`,
    );
  }
  const pairs = pictures.map((_, i) => ({ picture: i, text: i }));
  return matchTexts(model, pictures, texts, pairs, options);
}

/** The probability of each pair that its text describes its picture. */
export async function matchTexts(
  model: LoadedModel,
  pictures: readonly Picture[],
  texts: readonly string[],
  pairs: readonly MatchPair[],
  options: MatchOptions,
): Promise<number[]> {
  checkStrings(texts, 'texts');
  const tokens = model.config.qllama.numQueries + maxTextLength;
  const batchSize = textsAtOnce(model.config, tokens, model.activationBytes);
  const rowsAtOnce = picturesAtOnce(model.config, model.activationBytes);
  const request = { ...options, batchSize, rowsAtOnce };
  return matchPairs(generativeModel(model), pictures, texts, pairs, request);
}

function generativeModel(model: LoadedModel): GenerativeModel {
  const { config, tokenizer, search } = model;
  return { config, params: generativeParams(model), tokenizer, search };
}
