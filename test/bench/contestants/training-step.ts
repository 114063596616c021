/** Steps of stage 1 on nano, the data's making included, one at a time. */
import { EventEmitter, once } from 'node:events';

import { startBackend } from '../../../src/backend/start.js';
import { everydayConcepts, loadConcepts } from '../../../src/emojiworld/concepts.js';
import { type Icon, loadIcons } from '../../../src/emojiworld/icons.js';
import { withoutTwins } from '../../../src/nn/twin.js';
import { parseModel } from '../../../src/text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../../src/text/sentencepiece-tokenizer.js';
import { trainBpe } from '../../../src/text/train-bpe.js';
import { writeModel } from '../../../src/text/write-model.js';
import { nanoStage1 } from '../../../src/train/config.js';
import { startStage1, trainStage1 } from '../../../src/train/stage-1.js';
import type { Stage1Data } from '../../../src/train/stage-1-batch.js';
import type { Prepared } from '../contestant/sampler.js';

export interface TrainingSettings {
  readonly composed: boolean;
}

const ICON_SIZE = 64;

export async function prepare({ composed }: TrainingSettings): Promise<Prepared> {
  await startBackend({ threads: 1 });
  const config = { ...nanoStage1, ranks: 1 };
  const { data, tokenizerModel } = await trainingData(config.model.qllama.vocabSize);
  const run = await startStage1(config);
  const gate = new EventEmitter();
  const train = () =>
    trainStage1(run, data, tokenizerModel, {
      async afterStep({ samplesPerSecond }) {
        const go = once(gate, 'go');
        gate.emit('done', (1000 * config.batchSize) / samplesPerSecond);
        await go;
      },
    });
  once(gate, 'go')
    .then(() => (composed ? withoutTwins(train) : train()))
    .catch((error) => gate.emit('error', error));
  return { samplers: { step: { run: () => oneStep(gate), work: config.batchSize, warmUps: 3 } } };
}

/** Lets the training go on for one step, and gives its milliseconds. @throws what ended the training. */
async function oneStep(gate: EventEmitter): Promise<number> {
  const done = once(gate, 'done'); // rejects when there is an `error` instead
  gate.emit('go');
  const [milliseconds] = (await done) as [number];
  return milliseconds;
}

/** All everyday concepts in one style, and a tokenizer of their names. */
async function trainingData(vocabSize: number): Promise<{ data: Stage1Data; tokenizerModel: Uint8Array }> {
  const concepts = everydayConcepts(await loadConcepts());
  const icons = await loadIcons(concepts, ['twemoji'], ICON_SIZE);
  const names = concepts.flatMap(({ names }) => Object.values(names).map((name) => `summarize:${name}`));
  const tokenizerModel = writeModel(trainBpe(names, { vocabSize }));
  const tokenizer = tokenizerFromModel(parseModel(tokenizerModel));
  const byConcept = new Map<string, Icon[]>(icons.map((icon) => [icon.concept, [icon]]));
  return { data: { concepts, icons: byConcept, tokenizer }, tokenizerModel };
}
