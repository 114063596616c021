/** Steps of stage 1 on nano, the data's making included, one at a time. */
import { EventEmitter, once } from 'node:events';

import { startBackend } from '../../../src/backend/start.js';
import { withoutTwins } from '../../../src/nn/twin.js';
import { emojiWorldData } from '../../../src/train/emojiworld-data.js';
import { startRun, train } from '../../../src/train/training-run.js';
import type { Prepared } from '../contestant/sampler.js';
import { trainingWork } from './training-work.js';

export interface TrainingSettings {
  readonly composed: boolean;
}

export async function prepare({ composed }: TrainingSettings): Promise<Prepared> {
  await startBackend({ threads: 1 });
  const config = { ...trainingWork, ranks: 1 };
  const files = await emojiWorldData(config.model.qllama.vocabSize, { cacheFolder: '.cache/emojiworld' });
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
