/** A run of any stage: steps of all ranks, gradients added, AdamW. */
import { Worker } from 'node:worker_threads';

import { type AdamWState, createAdamW } from './adamw.js';
import type { TrainingConfig } from './config.js';
import { addGradients, optimizerStep } from './optimizer-step.js';
import { type LossValues, loadParameters, rankStep } from './rank-step.js';
import type { RankWork } from './rank-worker.js';
import { learningRate } from './schedule.js';
import { moveToShared, type Shared } from './shared-parameters.js';
import { type StageModel, stageOf } from './stage.js';
import { openModelOf } from './starting-values.js';
import { type DataFiles, type TrainingData, trainingData } from './training-data.js';

/** A run between two steps: everything the next step depends on. */
export interface TrainingState {
  step: number;
  /** The values of the parameters that learn. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly optimizer: AdamWState;
  /** What the stage remembers of earlier steps. */
  memory: readonly Float32Array[];
}

/** Numbers of a step for the log; stage 2 adds the parts of its loss. */
export interface StepReport {
  readonly [part: string]: number;
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly samplesPerSecond: number;
}

export interface TrainingHooks {
  /** Told after each step; may save or evaluate (the other ranks wait for it). */
  readonly afterStep?: (report: StepReport, run: TrainingRun) => Promise<void> | void;
  readonly signal?: AbortSignal;
}

export interface TrainingRun {
  readonly config: TrainingConfig;
  /** Folder of the model that the run begins with; initial values without one. */
  readonly init: string | undefined;
  readonly state: TrainingState;
  readonly model: StageModel;
}

export interface StartOptions {
  readonly resumed?: TrainingState | undefined;
  readonly init?: string | undefined;
}

/** A run at step 0, or at `resumed`. @throws Error when the resumed parameters are not those of the model. */
export async function startRun(
  config: TrainingConfig,
  { resumed, init }: StartOptions = {},
): Promise<TrainingRun> {
  const model = await openModelOf(config, init);
  const parameters = new Map<string, Float32Array>();
  for (const [name, { variable }] of model.learned) {
    const values = resumed?.parameters.get(name) ?? new Float32Array(await variable.data());
    if (values.length !== variable.size) {
      throw new RangeError(
        `${name}: expected ${variable.size} values in the resume point, got ${values.length}`,
      );
    }
    parameters.set(name, values);
  }
  const { step = 0, optimizer = createAdamW(), memory = [] } = resumed ?? {};
  return { config, init, state: { step, optimizer, parameters, memory }, model };
}

/**
 * Trains from `run.state.step` to the last step, or until the signal; the state is complete after every step.
 */
export async function train(run: TrainingRun, files: DataFiles, hooks: TrainingHooks = {}): Promise<void> {
  const { config, state } = run;
  const shared = await moveToShared(run, stageOf(config), files.concepts.length);
  const data = trainingData(files);
  const workers = startWorkers(run, shared.buffers, files);
  try {
    while (state.step < config.steps && !hooks.signal?.aborted) {
      const started = performance.now();
      const numbers = oneStep(run, data, shared);
      const samplesPerSecond = (1000 * config.batchSize) / (performance.now() - started);
      state.step++;
      await hooks.afterStep?.({ ...numbers, samplesPerSecond }, run);
    }
    shared.group.stop();
    shared.group.barrier();
  } catch (error) {
    shared.group.fail();
    throw error;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
    loadParameters(run.model.learned, shared.group.parameters);
  }
  hooks.signal?.throwIfAborted();
}

function startWorkers(
  { config, init, state }: TrainingRun,
  buffers: Shared['buffers'],
  files: DataFiles,
): Worker[] {
  return Array.from({ length: config.ranks - 1 }, (_, i) => {
    const work: RankWork = { config, init, buffers, rank: i + 1, firstStep: state.step, files };
    return new Worker(new URL('./rank-worker.js', import.meta.url), { workerData: work });
  });
}

function oneStep(
  { config, state, model }: TrainingRun,
  data: TrainingData,
  shared: Shared,
): Pick<StepReport, 'step' | 'loss' | 'learningRate' | 'gradientNorm'> {
  const { group, stage } = shared;
  const { step } = state;
  group.barrier(); // the parameters of this step are there
  loadParameters(model.learned, group.parameters);
  const losses = rankStep(model, group, () => model.losses(group, data, step));
  group.barrier(); // all gradients are there

  model.remember?.(group, data, step);
  addGradients(
    shared.kernels,
    Array.from({ length: group.ranks }, (_, rank) => group.gradientOf(rank)),
  );
  const rate = rateAt(config, stage.peakLearningRate, step);
  const { weightDecay, betas, clipNorm } = config;
  const settings = { learningRate: rate, weightDecay, betas, clipNorm };
  const gradientNorm = optimizerStep(shared, state.optimizer, shared.groups, settings);
  boundTemperature(shared.parameters, config.maxScale);
  return { step, ...named(losses), learningRate: rate, gradientNorm };
}

function boundTemperature(parameters: Shared['parameters'], maxScale: number): void {
  const logitScale = parameters.get('logit_scale');
  if (logitScale) logitScale[0] = Math.min(logitScale[0] ?? 0, Math.log(maxScale));
}

/** `total` is the loss. */
const named = ({ total, ...parts }: LossValues) => ({ loss: total, ...parts });

/** Groups take their share of this rate. The first step is made at a rate above 0. */
function rateAt(
  { finalLearningRate, warmupSteps, steps }: TrainingConfig,
  peak: number,
  step: number,
): number {
  const schedule = {
    kind: 'cosine-with-warmup',
    ...{ peak, final: finalLearningRate, warmupSteps, totalSteps: steps },
  } as const;
  return learningRate(schedule, step < warmupSteps ? step + 1 : step);
}
