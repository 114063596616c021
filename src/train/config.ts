/**
 * The choices of a training run. Paper: table 13; what differs for a model of a few million parameters is said in
 * docs/train.md.
 */
import type { InternVLConfig } from '../contrastive/config.js';
import { internVLNano } from '../contrastive/presets.js';

/** What every stage has. */
interface CommonConfig {
  readonly model: InternVLConfig;
  readonly seed: number;
  readonly steps: number;
  /** Pairs a step, over all ranks. */
  readonly batchSize: number;
  /** Threads that each compute a share of the batch. */
  readonly ranks: number;
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  readonly warmupSteps: number;
  /** The learning rate ends at this share of its peak. */
  readonly finalLearningRate: number;
  readonly clipNorm: number;
  /** 1/temperature of a model that begins from nothing; the paper's 1/0.07 is 14.3. */
  readonly initialScale: number;
  /**
   * 1/temperature at most. Without a bound it grows, and images gather in a narrow cone, since that is the shorter way
   * to a lower loss. CLIP's is 100; the official code has none.
   */
  readonly maxScale: number;
  /** Share of the steps over which style augmentation rises to its full share. */
  readonly styleRamp: number;
  readonly styleShare: number;
  /** This share of the icons is as small as the actors of scenes, and stands anywhere. */
  readonly smallShare: number;
  /** Share of the pictures that are scenes, from `scenesFrom` of the steps on; the others show one icon. */
  readonly scenesFrom: number;
  readonly sceneShare: number;
  /** From `languagesFrom` of the steps on, this share of the further texts is not in English. */
  readonly languagesFrom: number;
  readonly languageShare: number;
  /** From then on, this share of the icons' texts is a sentence around the name, or uses a keyword for it. */
  readonly templateShare: number;
  readonly keywordShare: number;
  /** From then on, so many of the scenes' captions are in a language other than English. */
  readonly sceneLanguageShare: number;
  /**
   * From this share of the steps on, images and texts are compared with those that earlier batches left, too. Stage 2:
   * with those of the queries; InternVL-C has learnt what it remembers before.
   */
  readonly memoryFrom: number;
  /** From `languagesFrom` on so many further texts a step, of any concepts, are compared with the memory. */
  readonly furtherTexts: number;
  /** The share of the further texts that is noisy: wrong, truncated, boilerplate. */
  readonly noiseShare: number;
}

/** Size of the pictures and share of their patches that are dropped, until a share of the steps. */
export interface ImagePhase {
  readonly until: number;
  readonly side: number;
  readonly dropTokens: number;
}

export interface Stage1Config extends CommonConfig {
  readonly stage: 1;
  readonly imageLearningRate: number;
  readonly textLearningRate: number;
  /** One after the other; the last one reaches to 1. */
  readonly imagePhases: readonly ImagePhase[];
  readonly dropPathRate: number;
}

export interface Stage2Config extends CommonConfig {
  readonly stage: 2;
  readonly learningRate: number;
  /**
   * Of the language layers: 0 as in the paper, where they are frozen. When they learn with the queries, InternViT's own
   * pooled tokens take part in the contrast, as in the retrieval fine-tuning, and so do stage 1's memory and further
   * texts, so that InternVL-C goes along.
   */
  readonly languageLearningRate: number;
  /**
   * InternViT is frozen: what it makes of the pictures of `keptSteps` steps is kept, and serves so many rounds of
   * steps, each with new texts. 1: every step has new pictures.
   */
  readonly pictureRounds: number;
  readonly keptSteps: number;
  /** So many of the wrong captions of scenes are near misses: the same actors, otherwise arranged. */
  readonly nearMissShare: number;
}

export type TrainingConfig = Stage1Config | Stage2Config;

/** What both stages of nano have. */
const common = {
  model: internVLNano,
  ranks: 2,
  weightDecay: 0.05,
  betas: [0.9, 0.98],
  warmupSteps: 100,
  finalLearningRate: 0.01,
  clipNorm: 1,
  initialScale: 14,
  maxScale: 40,
} as const;

export const nanoStage1 = {
  stage: 1,
  ...common,
  seed: 1,
  steps: 24000,
  batchSize: 128,
  imageLearningRate: 4e-3,
  textLearningRate: 2e-3,
  imagePhases: [
    { until: 0.7, side: 32, dropTokens: 0.6 },
    { until: 0.95, side: 48, dropTokens: 0.6 },
    { until: 1, side: 48, dropTokens: 0 },
  ],
  dropPathRate: 0,
  styleRamp: 0.3,
  styleShare: 0.6,
  smallShare: 0.4,
  scenesFrom: 0.7,
  sceneShare: 0.3,
  languagesFrom: 0.3,
  languageShare: 0.8,
  templateShare: 0.2,
  keywordShare: 0.15,
  memoryFrom: 0.02,
  furtherTexts: 256,
  sceneLanguageShare: 0.5,
  noiseShare: 0.05,
} as const satisfies Stage1Config;

export const nanoStage2 = {
  stage: 2,
  ...common,
  seed: 2,
  steps: 6000,
  batchSize: 96,
  learningRate: 2e-3,
  styleRamp: 0,
  styleShare: 0.3,
  smallShare: 0.3,
  scenesFrom: 0,
  sceneShare: 0.6,
  languagesFrom: 0,
  languageShare: 0.8,
  templateShare: 0.15,
  keywordShare: 0.1,
  sceneLanguageShare: 0.3,
  memoryFrom: 0.1,
  furtherTexts: 128,
  noiseShare: 0,
  languageLearningRate: 2e-3,
  pictureRounds: 3,
  keptSteps: 64,
  nearMissShare: 0.5,
} as const satisfies Stage2Config;
