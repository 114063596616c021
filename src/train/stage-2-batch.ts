/** One batch of stage 2: clean pictures and captions, each with another picture's caption for matching. */
import { createRandom, type Random } from '../emojiworld/random.js';
import { type TrainingSample, trainingSample } from '../text/training-sample.js';
import type { Stage2Config } from './config.js';
import type { TrainingData } from './training-data.js';
import {
  augmentationAt,
  batchSubjects,
  languageAt,
  pixelsOf,
  type Subject,
  textOf,
  trainingScene,
} from './training-pair.js';

export interface Stage2Batch {
  readonly side: number;
  readonly pixels: Float32Array; // [size, side, side, 3], normalised
  readonly samples: readonly TrainingSample[];
}

/** The share of `rank` in the batch of `step`. */
export function stage2Batch(
  config: Stage2Config,
  data: TrainingData,
  step: number,
  rank: number,
): Stage2Batch {
  const size = config.batchSize / config.ranks;
  const side = config.model.vision.imageSize;
  const subjects = batchSubjects(config, data, step).slice(rank * size, (rank + 1) * size);
  const random = createRandom(config.seed, `batch ${step} rank ${rank}`);
  const pixels = pixelsOf(data, subjects, { side, augmentation: augmentationAt(config, step) }, random);
  return {
    side,
    pixels,
    samples: subjects.map((subject) => sampleOf(config, data, subject, { step, random })),
  };
}

interface Draw {
  readonly step: number;
  readonly random: Random;
}

/**
 * Captions are written in English; contrast and matching hear of other languages, too. The other caption tells of any
 * other picture of the same kind, as the official data set picks it.
 */
function sampleOf(
  config: Stage2Config,
  data: TrainingData,
  subject: Subject,
  { step, random }: Draw,
): TrainingSample {
  const shares = { keywords: config.keywordShare, templates: config.templateShare };
  const tell = (of: Subject, language = languageAt(config, step, random)) =>
    textOf(of, language, random, shares);
  const other: Subject =
    subject.kind === 'scene'
      ? trainingScene(data.actors, random)
      : { kind: 'icon', concept: random.pick(data.concepts.filter(({ id }) => id !== subject.concept.id)) };
  const written = trainingSample(data.tokenizer, tell(subject, 'en'), tell(other));
  const { summarize, positive } = trainingSample(data.tokenizer, tell(subject), tell(other));
  return { ...written, summarize, positive };
}
