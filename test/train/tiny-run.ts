/** A stage-1 run small enough for a test: 4 pairs a step, towers 16 wide, real icons, a tokenizer of its own. */
import { everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { type Icon, loadIcons } from '../../src/emojiworld/icons.js';
import { parseModel } from '../../src/text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../src/text/sentencepiece-tokenizer.js';
import { trainBpe } from '../../src/text/train-bpe.js';
import { writeModel } from '../../src/text/write-model.js';
import { nanoStage1, type Stage1Config } from '../../src/train/config.js';
import type { Stage1Data } from '../../src/train/stage-1-batch.js';

const VOCABULARY = 300;

export const tinyStage1: Stage1Config = {
  ...nanoStage1,
  model: {
    ...nanoStage1.model,
    vision: { ...nanoStage1.model.vision, imageSize: 8, hiddenSize: 16, intermediateSize: 24, numLayers: 2 },
    qllama: {
      ...nanoStage1.model.qllama,
      vocabSize: VOCABULARY,
      hiddenSize: 16,
      intermediateSize: 24,
      numLayers: 1,
      visionHiddenSize: 16,
    },
    clipEmbedDim: 12,
  },
  seed: 7,
  steps: 6,
  batchSize: 4,
  ranks: 1,
  warmupSteps: 2,
  dropTokens: 0.5,
  fullTokensFrom: 0.5,
  dropPathRate: 0.2,
  languagesFrom: 0.5,
};

export interface TinyData {
  readonly data: Stage1Data;
  readonly tokenizerModel: Uint8Array;
}

export async function tinyData(): Promise<TinyData> {
  const concepts = everydayConcepts(await loadConcepts()).slice(0, 6);
  const icons = await loadIcons(concepts, ['twemoji', 'noto'], 16);
  const tokenizerModel = writeModel(trainBpe(['summarize:dog', 'cat and horse'], { vocabSize: VOCABULARY }));
  const byConcept = new Map(
    concepts.map(({ id }): [string, Icon[]] => [id, icons.filter((icon) => icon.concept === id)]),
  );
  return {
    data: { concepts, icons: byConcept, tokenizer: tokenizerFromModel(parseModel(tokenizerModel)) },
    tokenizerModel,
  };
}
