/** The thread of one rank beyond the first: the same steps as rank 0, without the optimiser. */
import { parentPort, workerData } from 'node:worker_threads';

import { startBackend } from '../backend/start.js';
import type { TrainingConfig } from './config.js';
import { joinGroup, type SharedBuffers } from './rank-group.js';
import { loadParameters, rankStep } from './rank-step.js';
import { openModelOf } from './starting-values.js';
import { type DataFiles, trainingData } from './training-data.js';

/** What rank 0 hands to the thread. */
export interface RankWork {
  readonly config: TrainingConfig;
  /** The model that the run began with, for what is frozen. */
  readonly init: string | undefined;
  readonly buffers: SharedBuffers;
  readonly rank: number;
  readonly firstStep: number;
  readonly files: DataFiles;
}

async function work({ config, init, buffers, rank, firstStep, files }: RankWork): Promise<void> {
  const group = joinGroup(buffers, rank);
  try {
    await startBackend({ threads: 1 }); // the ranks are the threads
    const model = await openModelOf(config, init);
    const data = trainingData(files);
    for (let step = firstStep; ; step++) {
      group.barrier(); // the parameters of this step are there
      if (group.stopped()) return;
      loadParameters(model.learned, group.parameters);
      rankStep(model, group, () => model.losses(group, data, step));
      group.barrier(); // all gradients are there
    }
  } catch (error) {
    group.fail();
    throw error;
  }
}

if (parentPort !== null) await work(workerData as RankWork); // only as a worker; rank 0 wrote workerData
