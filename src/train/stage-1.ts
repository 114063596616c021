/**
 * Stage 1: contrastive training of both towers from scratch.
 *
 * Paper: §3.3 and table 13.   There is no official code of this stage; the loss is that of
 * `InternVLModel.forward`.
 */
import { Worker } from 'node:worker_threads';

import { type AdamWState, createAdamW } from './adamw.js';
import type { Stage1Config } from './config.js';
import { initialValues } from './initial-values.js';
import { addGradients, optimizerStep } from './optimizer-step.js';
import { learningRate } from './schedule.js';
import { type Stage1Data, stage1Batch } from './stage-1-batch.js';
import { loadParameters, rankStep } from './stage-1-rank.js';
import { moveToShared, type Shared } from './stage-1-shared.js';
import type { RankWork } from './stage-1-worker.js';
import { type TrainableInternVLC, trainableInternVLC } from './trainable.js';

/** A run between two steps: everything the next step depends on. */
export interface Stage1State {
  step: number;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly optimizer: AdamWState;
}

export interface StepReport {
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly samplesPerSecond: number;
}

export interface Stage1Hooks {
  /** Told after each step; may save or evaluate (the other ranks wait for it). */
  readonly afterStep?: (report: StepReport, run: Stage1Run) => Promise<void> | void;
  readonly signal?: AbortSignal;
}

export interface Stage1Run {
  readonly config: Stage1Config;
  readonly state: Stage1State;
  readonly trainable: TrainableInternVLC;
}

/** A run at step 0, or at `resumed`. @throws Error when the resumed parameters are not those of the model. */
export async function startStage1(config: Stage1Config, resumed?: Stage1State): Promise<Stage1Run> {
  const { initializerFactor: layerScale } = config.model.vision;
  const start = initialValues({ seed: config.seed, layerScale, scale: config.initialScale });
  const trainable = await trainableInternVLC(start, config.model);
  const parameters = new Map<string, Float32Array>();
  for (const [name, { variable }] of trainable.parameters) {
    const values = resumed?.parameters.get(name) ?? new Float32Array(await variable.data());
    if (values.length !== variable.size) {
      throw new RangeError(
        `${name}: expected ${variable.size} values in the resume point, got ${values.length}`,
      );
    }
    parameters.set(name, values);
  }
  const state = { step: resumed?.step ?? 0, optimizer: resumed?.optimizer ?? createAdamW(), parameters };
  return { config, state, trainable };
}

/**
 * Trains from `run.state.step` to the last step, or until the signal; the state is complete after every step.
 */
export async function trainStage1(
  run: Stage1Run,
  data: Stage1Data,
  tokenizerModel: Uint8Array,
  hooks: Stage1Hooks = {},
): Promise<void> {
  const { config, state } = run;
  const shared = await moveToShared(run);
  const workers = startWorkers(run, shared.buffers, { data, tokenizerModel });
  try {
    while (state.step < config.steps && !hooks.signal?.aborted) {
      const started = performance.now();
      const report = oneStep(run, data, shared);
      const seconds = (performance.now() - started) / 1000;
      state.step++;
      await hooks.afterStep?.({ ...report, samplesPerSecond: config.batchSize / seconds }, run);
    }
    shared.group.stop();
    shared.group.barrier();
  } catch (error) {
    shared.group.fail();
    throw error;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
    loadParameters(run.trainable, shared.group.parameters);
  }
  hooks.signal?.throwIfAborted();
}

function startWorkers(
  { config, state }: Stage1Run,
  buffers: Shared['buffers'],
  { data, tokenizerModel }: { readonly data: Stage1Data; readonly tokenizerModel: Uint8Array },
): Worker[] {
  const { concepts, icons } = data; // no thread can be handed the tokenizer's methods: its file travels instead
  return Array.from({ length: config.ranks - 1 }, (_, i) => {
    const work: RankWork = {
      config,
      buffers,
      rank: i + 1,
      firstStep: state.step,
      data: { concepts, icons },
      tokenizerModel,
    };
    return new Worker(new URL('./stage-1-worker.js', import.meta.url), { workerData: work });
  });
}

function oneStep(run: Stage1Run, data: Stage1Data, shared: Shared): Omit<StepReport, 'samplesPerSecond'> {
  const { config, state, trainable } = run;
  const { group } = shared;
  group.barrier(); // the parameters of this step are there
  loadParameters(trainable, group.parameters);
  const loss = rankStep(config, trainable, group, stage1Batch(config, data, state.step, 0), state.step);
  group.barrier(); // all gradients are there

  addGradients(
    shared.kernels,
    Array.from({ length: group.ranks }, (_, rank) => group.gradientOf(rank)),
  );
  const rate = rateAt(config, state.step);
  const { weightDecay, betas, clipNorm } = config;
  const settings = { learningRate: rate, weightDecay, betas, clipNorm };
  const gradientNorm = optimizerStep(shared, state.optimizer, shared.groups, settings);
  return { step: state.step, loss, learningRate: rate, gradientNorm };
}

/**
 * The image side's learning rate; the text side's is a fixed share of it. The first step is made at a rate
 * above 0.
 */
function rateAt(
  { imageLearningRate, finalLearningRate, warmupSteps, steps }: Stage1Config,
  step: number,
): number {
  const schedule = {
    kind: 'cosine-with-warmup',
    peak: imageLearningRate,
    final: finalLearningRate,
    warmupSteps,
    totalSteps: steps,
  } as const;
  return learningRate(schedule, step < warmupSteps ? step + 1 : step);
}
