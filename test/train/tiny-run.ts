/** Runs small enough for a test: 4 pairs a step, towers 16 wide, real icons, a tokenizer of its own. */
import { everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { loadIcons } from '../../src/emojiworld/icons.js';
import { trainBpe } from '../../src/text/train-bpe.js';
import { writeModel } from '../../src/text/write-model.js';
import { nanoStage1, nanoStage2, type Stage1Config, type Stage2Config } from '../../src/train/config.js';
import { type DataFiles, type TrainingData, trainingData } from '../../src/train/training-data.js';

const VOCABULARY = 300;

const model = {
  ...nanoStage1.model,
  vision: {
    ...nanoStage1.model.vision,
    imageSize: 8,
    hiddenSize: 16,
    intermediateSize: 24,
    numLayers: 2,
    numHeads: 2,
  },
  qllama: {
    ...nanoStage1.model.qllama,
    vocabSize: VOCABULARY,
    hiddenSize: 16,
    intermediateSize: 24,
    numLayers: 1,
    numHeads: 2,
    numQueries: 3,
    visionHiddenSize: 16,
  },
  clipEmbedDim: 12,
  attnPoolNumHeads: 2,
};

const small = {
  model,
  seed: 7,
  steps: 6,
  batchSize: 4,
  ranks: 1,
  warmupSteps: 2,
  languagesFrom: 0.5,
} as const;

export const tinyStage1: Stage1Config = {
  ...nanoStage1,
  ...small,
  imagePhases: [
    { until: 0.5, side: 8, dropTokens: 0.5 },
    { until: 1, side: 12, dropTokens: 0 },
  ],
  dropPathRate: 0.2,
  noiseShare: 0,
};

export const tinyStage2: Stage2Config = { ...nanoStage2, ...small, pictureRounds: 2, keptSteps: 2 };

export interface TinyData {
  readonly files: DataFiles;
  readonly data: TrainingData;
}

export async function tinyData(): Promise<TinyData> {
  const concepts = everydayConcepts(await loadConcepts()).slice(0, 6);
  const icons = await loadIcons(concepts, ['twemoji', 'noto'], 16);
  const tokenizerModel = writeModel(trainBpe(['summarize:dog', 'cat and horse'], { vocabSize: VOCABULARY }));
  const files = { concepts, icons, tokenizerModel };
  return { files, data: trainingData(files) };
}
