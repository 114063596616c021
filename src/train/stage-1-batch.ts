/**
 * One batch of stage 1: pictures of distinct concepts, and scenes, with a text each.
 *
 * Everything random is drawn from generators seeded by (seed, step, rank), so a step can be repeated exactly
 * and a run resumed at any step needs no generator state.
 */
import { createRandom } from '../emojiworld/random.js';
import type { ImagePhase, Stage1Config } from './config.js';
import { type TextGroups, textGroups } from './text-groups.js';
import type { TrainingData } from './training-data.js';
import { augmentationAt, batchSubjects, comparedText, pixelsOf, type Subject } from './training-pair.js';

export interface Stage1Batch {
  /** What the pictures of all ranks show. */
  readonly subjects: readonly Subject[];
  readonly size: number;
  readonly side: number;
  readonly pixels: Float32Array; // [size, side, side, 3], normalised
  readonly texts: TextGroups; //    one for each picture: an icon's plain name, a scene's caption
}

/** The share of `rank` in the batch of `step`. */
export function stage1Batch(
  config: Stage1Config,
  data: TrainingData,
  step: number,
  rank: number,
): Stage1Batch {
  const size = config.batchSize / config.ranks;
  const { side } = imagePhaseAt(config, step);
  const subjects = batchSubjects(config, data, step);
  const own = subjects.slice(rank * size, (rank + 1) * size);
  const random = createRandom(config.seed, `batch ${step} rank ${rank}`);
  const pixels = pixelsOf(data, own, { side, augmentation: augmentationAt(config, step) }, random);
  const texts = own.map((subject) => comparedText(config, subject, step, random));
  return { subjects, size, side, pixels, texts: textGroups(data.tokenizer, texts) };
}

/** The phase of a step. @throws RangeError when the phases do not reach to the end. */
export function imagePhaseAt({ imagePhases, steps }: Stage1Config, step: number): ImagePhase {
  const phase = imagePhases.find(({ until }) => step < until * steps);
  if (!phase) throw new RangeError(`imagePhases: expected one for step ${step} of ${steps}, got none`);
  return phase;
}
