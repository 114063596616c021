/** Steps of stage 1 on nano, the data's making included, one at a time. */
import { EventEmitter, once } from 'node:events';

import { startBackend } from '../../../src/backend/start.js';
import { everydayConcepts, loadConcepts } from '../../../src/emojiworld/concepts.js';
import { loadIcons } from '../../../src/emojiworld/icons.js';
import { withoutTwins } from '../../../src/nn/twin.js';
import { trainBpe } from '../../../src/text/train-bpe.js';
import { writeModel } from '../../../src/text/write-model.js';
import { nanoStage1 } from '../../../src/train/config.js';
import type { DataFiles } from '../../../src/train/training-data.js';
import { startRun, train } from '../../../src/train/training-run.js';
import type { Prepared } from '../contestant/sampler.js';

export interface TrainingSettings {
  readonly composed: boolean;
}

const ICON_SIZE = 64;

export async function prepare({ composed }: TrainingSettings): Promise<Prepared> {
  await startBackend({ threads: 1 });
  const config = { ...nanoStage1, ranks: 1 };
  const files = await dataFiles(config.model.qllama.vocabSize);
  const run = await startRun(config);
  const gate = new EventEmitter();
  const steps = () =>
    train(run, files, {
      async afterStep({ samplesPerSecond }) {
        const go = once(gate, 'go');
        gate.emit('done', (1000 * config.batchSize) / samplesPerSecond);
        await go;
      },
    });
  once(gate, 'go')
    .then(() => (composed ? withoutTwins(steps) : steps()))
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
async function dataFiles(vocabSize: number): Promise<DataFiles> {
  const concepts = everydayConcepts(await loadConcepts());
  const icons = await loadIcons(concepts, ['twemoji'], ICON_SIZE);
  const names = concepts.flatMap(({ names }) => Object.values(names).map((name) => `summarize:${name}`));
  const tokenizerModel = writeModel(trainBpe(names, { vocabSize }));
  return { concepts, icons, tokenizerModel };
}
