/** One batch of stage 2: clean pictures and captions, each with another picture's caption for matching. */
import { nearMissCaption } from '../emojiworld/near-miss.js';
import { createRandom, type Random } from '../emojiworld/random.js';
import { castOf } from '../emojiworld/splits.js';
import { type TrainingSample, trainingSample } from '../text/training-sample.js';
import type { Stage2Config } from './config.js';
import type { TrainingData } from './training-data.js';
import {
  augmentationAt,
  batchSubjects,
  comparedText,
  languageAt,
  pixelsOf,
  type Subject,
  textOf,
  trainingScene,
} from './training-pair.js';

/** The step whose pictures are shown in `step`: those of `keptSteps` steps come `pictureRounds` times. */
export function pictureStep(
  { keptSteps, pictureRounds }: Pick<Stage2Config, 'keptSteps' | 'pictureRounds'>,
  step: number,
): number {
  const all = keptSteps * pictureRounds;
  return step - (step % all) + (step % keptSteps);
}

/** What the pictures of all ranks show in `step`. */
export const stage2Subjects = (
  config: Stage2Config,
  data: Pick<TrainingData, 'concepts' | 'actors'>,
  step: number,
): readonly Subject[] => batchSubjects(config, data, pictureStep(config, step));

/** What one rank shows and tells in a step. */
interface Share {
  readonly step: number;
  readonly rank: number;
}

/** The share of `rank` in the pictures of `step`, normalised: [B/ranks, side, side, 3]. */
export function stage2Pixels(config: Stage2Config, data: TrainingData, { step, rank }: Share): Float32Array {
  const shown = pictureStep(config, step);
  const subjects = shareOf(config, stage2Subjects(config, data, step), rank);
  const random = createRandom(config.seed, `pictures ${shown} rank ${rank}`);
  const look = { side: config.model.vision.imageSize, augmentation: augmentationAt(config, shown) };
  return pixelsOf(data, subjects, look, random);
}

export interface Stage2Batch {
  /** What the pictures of all ranks show. */
  readonly subjects: readonly Subject[];
  /** What is said of those of this rank: new in every round. */
  readonly samples: readonly TrainingSample[];
}

/** The batch of `step` without its pictures, which are drawn once for all rounds. */
export function stage2Batch(config: Stage2Config, data: TrainingData, { step, rank }: Share): Stage2Batch {
  const subjects = stage2Subjects(config, data, step);
  const random = createRandom(config.seed, `captions ${step} rank ${rank}`);
  const samples = shareOf(config, subjects, rank).map((subject) =>
    sampleOf(config, data, subject, { step, random }),
  );
  return { subjects, samples };
}

function shareOf({ batchSize, ranks }: Stage2Config, subjects: readonly Subject[], rank: number) {
  const size = batchSize / ranks;
  return subjects.slice(rank * size, (rank + 1) * size);
}

interface Draw {
  readonly step: number;
  readonly random: Random;
}

/**
 * Captions are written in English. Contrast and matching hear the plain name of an icon, which the memory keeps, and a
 * scene in other languages, too.
 */
function sampleOf(
  config: Stage2Config,
  data: TrainingData,
  subject: Subject,
  { step, random }: Draw,
): TrainingSample {
  const caption = textOf(subject, 'en', random, { keywords: 0, templates: config.templateShare });
  const written = trainingSample(data.tokenizer, caption, wrongText(config, data, subject, { step, random }));
  const told = comparedText(config, subject, step, random);
  const { summarize, positive } = trainingSample(data.tokenizer, told, '');
  return { ...written, summarize, positive };
}

/**
 * What matching shall tell from the truth: any other picture of the same kind, as the official data set picks it, or,
 * for a share of the scenes, a near miss.
 */
function wrongText(
  config: Stage2Config,
  { actors, concepts }: TrainingData,
  subject: Subject,
  { step, random }: Draw,
): string {
  if (subject.kind === 'icon') {
    const concept = random.pick(concepts.filter(({ id }) => id !== subject.concept.id));
    return comparedText(config, { kind: 'icon', concept }, step, random);
  }
  if (!random.chance(config.nearMissShare))
    return comparedText(config, trainingScene(actors, random), step, random);
  const language = languageAt(config, step, random, config.sceneLanguageShare);
  return nearMissCaption(subject.scene, language, castOf('train', actors), random);
}
