/**
 * One batch of stage 1: pictures of distinct concepts, and scenes, with a text each.
 *
 * Everything random is drawn from generators seeded by (seed, step, rank), so a step can be repeated exactly
 * and a run resumed at any step needs no generator state.
 */
import type { Concept } from '../emojiworld/concepts.js';
import { noiseKinds, noisyText } from '../emojiworld/noise.js';
import { createRandom, type Random } from '../emojiworld/random.js';
import { toPixels } from '../image/normalize.js';
import { contrastiveIds, padRight } from '../text/prompts.js';
import type { ImagePhase, Stage1Config } from './config.js';
import type { TrainingData } from './training-data.js';
import {
  augmentationAt,
  languageAt,
  languagesCome,
  pictureOf,
  type Subject,
  scenesAt,
  textOf,
  trainingScene,
} from './training-pair.js';

export interface Stage1Batch {
  readonly size: number;
  readonly side: number;
  readonly pixels: Float32Array; //   [size, side, side, 3], normalised
  readonly ids: Int32Array; //        [size, length], right-padded with 0
  readonly length: number;
}

/**
 * The share of `rank` in the batch of `step`. @throws RangeError when there are fewer concepts than pairs in
 * a batch.
 */
export function stage1Batch(
  config: Stage1Config,
  data: TrainingData,
  step: number,
  rank: number,
): Stage1Batch {
  const size = config.batchSize / config.ranks;
  const { side } = imagePhaseAt(config, step);
  const concepts = batchConcepts(config, data.concepts, step).slice(rank * size, (rank + 1) * size);
  const random = createRandom(config.seed, `batch ${step} rank ${rank}`);
  const scenes = scenesAt(config, step, size);
  const subjects = concepts.map(
    (concept, i): Subject => (i < scenes ? trainingScene(data, random) : { kind: 'icon', concept }),
  );
  const augmentation = augmentationAt(config, step);
  const pixels = new Float32Array(size * side * side * 3);
  const texts = subjects.map((subject, i) => {
    const picture = pictureOf(data, subject, side, augmentation, random);
    pixels.set(toPixels({ width: side, height: side, data: picture }), i * side * side * 3);
    return stage1Text(config, data, subject, { step, random });
  });
  return { size, side, pixels, ...paddedIds(texts.map((text) => contrastiveIds(data.tokenizer, text))) };
}

/** The phase of a step. @throws RangeError when the phases do not reach to the end. */
export function imagePhaseAt({ imagePhases, steps }: Stage1Config, step: number): ImagePhase {
  const phase = imagePhases.find(({ until }) => step < until * steps);
  if (!phase) throw new RangeError(`imagePhases: expected one for step ${step} of ${steps}, got none`);
  return phase;
}

/** Distinct concepts for all ranks: any, or for some batches neighbours in Unicode, in random order. */
function batchConcepts(config: Stage1Config, concepts: readonly Concept[], step: number): readonly Concept[] {
  const { batchSize, seed, neighbourShare } = config;
  if (concepts.length < batchSize) {
    throw new RangeError(`expected at least ${batchSize} concepts, got ${concepts.length}`);
  }
  const random = createRandom(seed, `batch ${step}`);
  if (!languagesCome(config, step) || !random.chance(neighbourShare)) return random.shuffle(concepts);
  const first = random.int(concepts.length - batchSize + 1);
  return random.shuffle(concepts.slice(first, first + batchSize));
}

interface Draw {
  readonly step: number;
  readonly random: Random;
}

/** English names, later all languages, sentences, keywords, and noise. */
function stage1Text(
  config: Stage1Config,
  data: TrainingData,
  subject: Subject,
  { step, random }: Draw,
): string {
  const language = languageAt(config, step, random);
  const come = languagesCome(config, step);
  const shares = {
    keywords: come ? config.keywordShare : 0,
    templates: come ? config.templateShare : 0,
  };
  const text = textOf(subject, language, random, shares);
  if (!come || subject.kind === 'scene' || !random.chance(config.noiseShare)) return text;
  const context = { concept: subject.concept, language, others: data.concepts };
  return noisyText(random.pick(noiseKinds), text, context, random);
}

/** Rows of ids, right-padded with 0 to the longest. */
function paddedIds(rows: readonly (readonly number[])[]): { ids: Int32Array; length: number } {
  const length = Math.max(...rows.map((row) => row.length));
  return { ids: Int32Array.from(rows.flatMap((row) => padRight(row, length))), length };
}
