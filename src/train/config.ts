/**
 * The choices of a stage-1 run. Paper: table 13 (stage 1); what differs for a model of 1 M parameters is said
 * in docs/train.md.
 */
import type { InternVLConfig } from '../contrastive/config.js';
import { internVLNano } from '../contrastive/presets.js';

export interface Stage1Config {
  readonly model: InternVLConfig;
  readonly seed: number;
  readonly steps: number;
  /** Pairs a step, over all ranks; every pair of a batch shows another concept. */
  readonly batchSize: number;
  /** Threads that each compute a share of the batch. */
  readonly ranks: number;
  readonly imageLearningRate: number;
  readonly textLearningRate: number;
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  readonly warmupSteps: number;
  /** The learning rate ends at this share of its peak. */
  readonly finalLearningRate: number;
  readonly clipNorm: number;
  /** 1/temperature at the start; the paper's 1/0.07 is 14.3. */
  readonly initialScale: number;
  /** Share of the patch tokens that are dropped, until `fullTokensFrom` of the steps. */
  readonly dropTokens: number;
  readonly fullTokensFrom: number;
  readonly dropPathRate: number;
  /** Share of the steps over which style augmentation rises to its full share. */
  readonly styleRamp: number;
  readonly styleShare: number;
  /** From this share of the steps on, `languageShare` of the texts are in a language other than English. */
  readonly languagesFrom: number;
  readonly languageShare: number;
  /** From then on, this share of the texts is a sentence around the name. */
  readonly templateShare: number;
}

export const nanoStage1 = {
  model: internVLNano,
  seed: 1,
  steps: 6000,
  batchSize: 128,
  ranks: 2,
  imageLearningRate: 5e-3,
  textLearningRate: 2e-3,
  weightDecay: 0.05,
  betas: [0.9, 0.98],
  warmupSteps: 100,
  finalLearningRate: 0.01,
  clipNorm: 1,
  initialScale: 14,
  dropTokens: 0.6,
  fullTokensFrom: 0.92,
  dropPathRate: 0,
  styleRamp: 0.3,
  styleShare: 0.6,
  languagesFrom: 0.4,
  languageShare: 0.4,
  templateShare: 0.15,
} as const satisfies Stage1Config;
