/**
 * One batch of stage 1: pictures of distinct concepts with a text each.
 *
 * Everything random is drawn from generators seeded by (seed, step, rank), so a step can be repeated exactly
 * and a run resumed at any step needs no generator state.
 */
import { type AugmentOptions, augment, moderate, strong } from '../emojiworld/augment.js';
import type { Concept, Language } from '../emojiworld/concepts.js';
import { languages } from '../emojiworld/concepts.js';
import type { Icon } from '../emojiworld/icons.js';
import { createRandom, type Random } from '../emojiworld/random.js';
import { conceptText } from '../emojiworld/texts.js';
import { toPixels } from '../image/normalize.js';
import { contrastiveIds, padRight } from '../text/prompts.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { Stage1Config } from './config.js';

export interface Stage1Data {
  readonly concepts: readonly Concept[];
  /** Icons of each concept in the training styles, by the concept's id. */
  readonly icons: ReadonlyMap<string, readonly Icon[]>;
  readonly tokenizer: Tokenizer;
}

export interface Stage1Batch {
  readonly size: number;
  readonly pixels: Float32Array; //   [size, Y, X, 3], normalised
  readonly ids: Int32Array; //        [size, length], right-padded with 0
  readonly length: number;
}

/**
 * The share of `rank` in the batch of `step`. @throws RangeError when there are fewer concepts than pairs in
 * a batch.
 */
export function stage1Batch(config: Stage1Config, data: Stage1Data, step: number, rank: number): Stage1Batch {
  if (data.concepts.length < config.batchSize) {
    throw new RangeError(`expected at least ${config.batchSize} concepts, got ${data.concepts.length}`);
  }
  const size = config.batchSize / config.ranks;
  const order = createRandom(config.seed, `batch ${step}`).shuffle([...data.concepts]);
  const concepts = order.slice(rank * size, (rank + 1) * size);
  const random = createRandom(config.seed, `batch ${step} rank ${rank}`);
  const pictures = concepts.map((concept) => pictureOf(config, data, concept, { step, random }));
  const texts = concepts.map((concept) => textOf(config, concept, step, random));
  return {
    size,
    pixels: joined(pictures),
    ...paddedIds(texts.map((text) => contrastiveIds(data.tokenizer, text))),
  };
}

function pictureOf(
  config: Stage1Config,
  data: Stage1Data,
  concept: Concept,
  { step, random }: { readonly step: number; readonly random: Random },
): Float32Array {
  const side = config.model.vision.imageSize;
  const icon = random.pick(data.icons.get(concept.id) ?? []);
  const picture = augment(icon, side, random, augmentationAt(config, step));
  return toPixels({ width: side, height: side, data: picture });
}

/**
 * Moderate at first: strong changes from the first step leave the loss at ln(batch). They come in over
 * `styleRamp`.
 */
export function augmentationAt(config: Stage1Config, step: number): AugmentOptions {
  const risen = Math.min(1, step / Math.max(1, config.styleRamp * config.steps));
  const base = config.styleShare > 0 && risen === 1 ? strong : moderate;
  return { ...base, style: config.styleShare * risen };
}

/** English names first; other languages and sentences come in when those stand. */
function textOf(config: Stage1Config, concept: Concept, step: number, random: Random): string {
  if (step < config.languagesFrom * config.steps) return conceptText(concept, 'en', random);
  const language: Language = random.chance(config.languageShare) ? random.pick(languages.slice(1)) : 'en';
  return conceptText(concept, language, random, { keywords: 0, templates: config.templateShare });
}

/** Rows of ids, right-padded with 0 to the longest. */
function paddedIds(rows: readonly (readonly number[])[]): { ids: Int32Array; length: number } {
  const length = Math.max(...rows.map((row) => row.length));
  return { ids: Int32Array.from(rows.flatMap((row) => padRight(row, length))), length };
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    all.set(row, i * width);
  });
  return all;
}
