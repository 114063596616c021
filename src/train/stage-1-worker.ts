/** The thread of one rank beyond the first: the same steps as rank 0, without the optimiser. */
import { parentPort, workerData } from 'node:worker_threads';

import { startBackend } from '../backend/start.js';
import { parseModel } from '../text/sentencepiece-model.js';
import { tokenizerFromModel } from '../text/sentencepiece-tokenizer.js';
import type { Stage1Config } from './config.js';
import { initialValues } from './initial-values.js';
import { joinGroup, type SharedBuffers } from './rank-group.js';
import { type Stage1Data, stage1Batch } from './stage-1-batch.js';
import { loadParameters, rankStep } from './stage-1-rank.js';
import { trainableInternVLC } from './trainable.js';

/** What rank 0 hands to the thread. */
export interface RankWork {
  readonly config: Stage1Config;
  readonly buffers: SharedBuffers;
  readonly rank: number;
  readonly firstStep: number;
  readonly data: Omit<Stage1Data, 'tokenizer'>;
  readonly tokenizerModel: Uint8Array;
}

async function work({ config, buffers, rank, firstStep, data, tokenizerModel }: RankWork): Promise<void> {
  const group = joinGroup(buffers, rank);
  try {
    await startBackend({ threads: 1 }); // the ranks are the threads
    const tokenizer = tokenizerFromModel(parseModel(tokenizerModel));
    const start = {
      seed: config.seed,
      layerScale: config.model.vision.initializerFactor,
      scale: config.initialScale,
    };
    const trainable = await trainableInternVLC(initialValues(start), config.model);
    for (let step = firstStep; ; step++) {
      group.barrier(); // the parameters of this step are there
      if (group.stopped()) return;
      loadParameters(trainable, group.parameters);
      rankStep(config, trainable, group, stage1Batch(config, { ...data, tokenizer }, step, rank), step);
      group.barrier(); // all gradients are there
    }
  } catch (error) {
    group.fail();
    throw error;
  }
}

if (parentPort !== null) await work(workerData as RankWork); // only as a worker; rank 0 wrote workerData
