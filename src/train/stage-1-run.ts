/**
 * A stage-1 run in a folder: log, curve, resume point and, in `model/`, the model itself. It can be stopped
 * at any moment and goes on from its last resume point to exactly the same weights.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { startBackend } from '../backend/start.js';
import { writeTextAtomically } from '../checkpoint/atomic-file.js';
import type { Stage1Config } from './config.js';
import { emojiWorldData } from './emojiworld-data.js';
import { exportModel } from './export-model.js';
import { lossCurve } from './loss-curve.js';
import { type Stage1Run, type Stage1State, type StepReport, startStage1, trainStage1 } from './stage-1.js';
import { readResumePoint, saveResumePoint } from './train-checkpoint.js';
import { appendRecord, readRecords, rewindLog } from './train-log.js';

export interface Stage1RunOptions {
  /** Go on from the folder's resume point; without it a folder that has one is refused. */
  readonly resume?: boolean | undefined;
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
export async function runStage1(
  folder: string,
  config: Stage1Config,
  options: Stage1RunOptions = {},
): Promise<string> {
  const { signal, onStep, saveEvery = SAVE_EVERY, cacheFolder } = options;
  await startBackend();
  await mkdir(folder, { recursive: true });
  const files = filesOf(folder);
  const resumed = await resumedState(files.resume, config, options.resume ?? false);
  await rewindLog(files.log, resumed?.step ?? 0);
  const { data, tokenizerModel } = await emojiWorldData(config.model.qllama.vocabSize, {
    ...(cacheFolder !== undefined && { cacheFolder }),
    ...(signal && { signal }),
  });
  const run = await startStage1(config, resumed);
  const afterStep = async (report: StepReport) => {
    await appendRecord(files.log, { ...report });
    onStep?.(report, config.steps);
    if (run.state.step % saveEvery === 0 || run.state.step === config.steps || signal?.aborted)
      await save(files, run);
  };
  await trainStage1(run, data, tokenizerModel, { afterStep, ...(signal && { signal }) });
  const labels = data.concepts.map(({ names }) => names.en);
  await exportModel(files.model, run, { tokenizerModel, labels, templates: ['{c}'] });
  return files.model;
}

interface RunFiles {
  readonly log: string;
  readonly curve: string;
  readonly resume: string;
  readonly model: string;
}

function filesOf(folder: string): RunFiles {
  return {
    log: join(folder, 'stage-1.jsonl'),
    curve: join(folder, 'stage-1.svg'),
    resume: join(folder, 'resume.safetensors'),
    model: join(folder, 'model'),
  };
}

async function resumedState(
  path: string,
  config: Stage1Config,
  resume: boolean,
): Promise<Stage1State | undefined> {
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

async function save(files: RunFiles, { config, state }: Stage1Run): Promise<void> {
  await saveResumePoint(files.resume, { ...state, random: {}, config });
  await writeTextAtomically(files.curve, lossCurve(await readRecords(files.log), 'Stage 1'));
}
