/** `internvl train stage1` on nano as a whole program, with several ranks: what one step takes in the middle of it. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Prepared } from '../contestant/sampler.js';
import { median } from '../statistics.js';
import { middleOfRun, trainingWork } from './training-work.js';

export interface TrainingProgramSettings {
  readonly ranks: number;
}

const STEPS = 16;
/** The first ones wait for the kernels to be compiled to their best. */
const WARM_UP_STEPS = 6;

export async function prepare({ ranks }: TrainingProgramSettings): Promise<Prepared> {
  const run = () => stepOf(ranks);
  return { samplers: { step: { run, work: trainingWork.batchSize, warmUps: 1 } } };
}

/** Milliseconds of the median step of a short training. */
async function stepOf(ranks: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'internvl-bench-'));
  try {
    const out = join(folder, 'run');
    const config = join(folder, 'middle-of-run.json');
    await writeFile(config, JSON.stringify({ ...middleOfRun, steps: STEPS, ranks }));
    const argv = ['dist/cli/main.js', 'train', 'stage1', '--config', config, '--out', out];
    await promisify(execFile)(process.execPath, argv);
    const log = await readFile(join(out, 'stage-1.jsonl'), 'utf8');
    const rates = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).samplesPerSecond as number);
    return median(rates.slice(WARM_UP_STEPS).map((rate) => (1000 * trainingWork.batchSize) / rate));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
