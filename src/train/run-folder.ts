/**
 * A run in a folder: log, curve, resume point and, in `model/`, the model itself. It can be stopped at any
 * moment and goes on from its last resume point to exactly the same weights.
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { startBackend } from '../backend/start.js';
import { writeTextAtomically } from '../checkpoint/atomic-file.js';
import { toSvg } from '../visual/svg.js';
import type { TrainingConfig } from './config.js';
import { emojiWorldData } from './emojiworld-data.js';
import { exportModel } from './export-model.js';
import { lossCurve } from './loss-curve.js';
import { readResumePoint, saveResumePoint } from './train-checkpoint.js';
import { appendRecord, readRecords, rewindLog } from './train-log.js';
import type { DataFiles } from './training-data.js';
import { type StepReport, startRun, type TrainingRun, type TrainingState, train } from './training-run.js';

export interface RunOptions {
  /** Go on from the folder's resume point; without it a folder that has one is refused. */
  readonly resume?: boolean | undefined;
  /** Folder of the model to begin with. Its tokenizer is taken over. */
  readonly init?: string | undefined;
  /** Steps between two resume points. */
  readonly saveEvery?: number | undefined;
  readonly cacheFolder?: string | undefined;
  readonly onStep?: ((report: StepReport, steps: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SAVE_EVERY = 250;

/**
 * Trains in `folder` and returns the folder of the model. @throws the signal's reason after saving, when
 * aborted.
 */
export async function runTraining(
  folder: string,
  config: TrainingConfig,
  options: RunOptions = {},
): Promise<string> {
  const { signal, onStep, init, saveEvery = SAVE_EVERY } = options;
  await startBackend();
  await mkdir(folder, { recursive: true });
  const files = filesOf(folder, config.stage);
  const resumed = await resumedState(files.resume, config, options.resume ?? false);
  await rewindLog(files.log, resumed?.step ?? 0);
  const data = await dataFor(config, options);
  const run = await startRun(config, { resumed, init });
  const afterStep = async (report: StepReport) => {
    await appendRecord(files.log, { ...report });
    onStep?.(report, config.steps);
    if (run.state.step % saveEvery === 0 || run.state.step === config.steps || signal?.aborted)
      await save(files, run);
  };
  await train(run, data, { afterStep, ...(signal && { signal }) });
  await exportModel(files.model, run, {
    tokenizerModel: data.tokenizerModel,
    labels: data.concepts.map(({ names }) => names.en),
    templates: ['{c}'],
  });
  return files.model;
}

/** EmojiWorld, with the tokenizer of the model that the run begins with. */
async function dataFor(
  config: TrainingConfig,
  { cacheFolder, init, signal }: RunOptions,
): Promise<DataFiles> {
  const data = await emojiWorldData(config.model.qllama.vocabSize, {
    ...(cacheFolder !== undefined && { cacheFolder }),
    ...(signal && { signal }),
  });
  if (init === undefined) return data;
  return { ...data, tokenizerModel: new Uint8Array(await readFile(join(init, 'tokenizer.model'))) };
}

export interface RunFiles {
  readonly log: string;
  readonly curve: string;
  readonly resume: string;
  readonly model: string;
}

/** Where everything of a run lies in its folder. */
export function filesOf(folder: string, stage: number): RunFiles {
  return {
    log: join(folder, `stage-${stage}.jsonl`),
    curve: join(folder, `stage-${stage}.svg`),
    resume: join(folder, 'resume.safetensors'),
    model: join(folder, 'model'),
  };
}

async function resumedState(
  path: string,
  config: TrainingConfig,
  resume: boolean,
): Promise<TrainingState | undefined> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (resume && !exists) throw new Error(`${path}: expected a run to go on with, got no resume point there`);
  if (exists && !resume) {
    throw new Error(
      `${path}: expected a new folder, got one with a run in it; add --resume or name another folder`,
    );
  }
  return exists ? await readResumePoint(path, config) : undefined;
}

async function save(files: RunFiles, { config, state }: TrainingRun): Promise<void> {
  await saveResumePoint(files.resume, { ...state, random: {}, config });
  const curve = lossCurve(await readRecords(files.log), `Stage ${config.stage}`);
  await writeTextAtomically(files.curve, toSvg(curve));
}
