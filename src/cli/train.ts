/** `internvl train`: trains a small model in a folder, and goes on where it stopped. */
import { availableParallelism } from 'node:os';

import { nanoStage1, nanoStage2, type TrainingConfig } from '../train/config.js';
import { readTrainingConfig } from '../train/config-file.js';
import { filesOf, runTraining } from '../train/run-folder.js';
import type { StepReport } from '../train/training-run.js';
import { defineCommand } from './command.js';
import { plotFile, plotOption, showOption } from './drawing-file.js';
import { usageError } from './exit-code.js';
import { checkFiles } from './files.js';
import type { OptionTable, Values } from './options.js';
import { progressBar } from './progress.js';
import { curveCommand, drawCurve } from './train-curve.js';

/** Steps between two lines of the log on stderr. */
const NOTE_EVERY = 100;

const options = {
  out: { kind: 'text', short: 'o', value: 'FOLDER', help: 'where the run lives' },
  init: { kind: 'text', value: 'DIR', help: 'the model to begin with; stage2 needs one' },
  resume: { kind: 'flag', help: "go on from the folder's resume point" },
  config: { kind: 'text', value: 'FILE', help: 'JSON with settings that replace those of the preset' },
  steps: {
    kind: 'count',
    value: 'N',
    help: `steps in all (default: ${nanoStage1.steps}, stage 2 ${nanoStage2.steps})`,
  },
  'batch-size': {
    kind: 'count',
    value: 'N',
    help: `pairs a step (default: ${nanoStage1.batchSize}, stage 2 ${nanoStage2.batchSize})`,
  },
  ranks: { kind: 'count', value: 'N', help: `threads that share a batch (default: ${nanoStage1.ranks})` },
  seed: {
    kind: 'count',
    min: 0,
    value: 'N',
    help: `seed of everything random (default: ${nanoStage1.seed}, stage 2 ${nanoStage2.seed})`,
  },
  'save-every': { kind: 'count', value: 'N', help: 'steps between two resume points (default: 250)' },
  ...plotOption('the curve of the loss, when the run has ended'),
  ...showOption('that curve'),
  cache: { kind: 'text', value: 'DIR', help: 'where drawn icons are kept (default: .cache/emojiworld)' },
} as const satisfies OptionTable;

export const command = defineCommand(
  {
    name: 'train',
    usage: 'stage1|stage2 --out FOLDER | curve LOG…',
    about:
      'Trains a small InternVL on EmojiWorld. stage1 trains InternVL-C with the symmetric contrastive loss, from scratch ' +
      'or from the model of --init. stage2 goes on from the model of --init: queries and cross-attention learn to match, ' +
      'to compare and to write captions. FOLDER gets the log (stage-1.jsonl), its curve (stage-1.svg), a resume point ' +
      'and, at the end, model/ in the official layout. Stop it with Ctrl-C and go on with --resume: the result is the ' +
      'same to the last bit. curve trains nothing: it draws the losses of logs (--plot, --show), of several as means. ' +
      'Needs the development dependencies, so a clone of the repository.',
    options,
    examples: [
      {
        what: 'from nothing',
        command: 'internvl train stage1 --out runs/stage1',
      },
      { what: 'go on after a stop', command: 'internvl train stage1 --out runs/stage1 --resume' },
      { what: 'then', command: 'internvl train stage2 --init runs/stage1/model --out runs/stage2' },
      {
        what: 'two runs in one picture',
        command: 'internvl train curve runs/a/stage-1.jsonl runs/b/stage-1.jsonl --plot losses.svg',
      },
      { what: 'use the result', command: 'internvl caption docs/pictures/dog.png --model runs/stage2/model' },
    ],
  },
  async (terminal, { values, positionals }) => {
    const [what, ...logs] = positionals;
    if (what === 'curve') return curveCommand(terminal, logs, values);
    const config = await configOf(positionals, values);
    const { out } = values;
    if (out === undefined) throw usageError('expected --out FOLDER');
    if (config.ranks > availableParallelism()) {
      terminal.note(`${config.ranks} ranks on ${availableParallelism()} processors will wait for each other`);
    }
    const plot = await plotFile({ plot: values.plot });
    const progress = progressBar(terminal, 'training');
    const model = await runTraining(out, config, {
      init: values.init,
      resume: values.resume,
      saveEvery: values['save-every'],
      cacheFolder: values.cache ?? '.cache/emojiworld',
      signal: terminal.signal,
      onStep: (report, steps) => {
        if (report.step % NOTE_EVERY === 0) terminal.note(stepLine(report));
        progress.update(report.step + 1, steps, `step ${report.step}, loss ${report.loss.toFixed(3)}`);
      },
    });
    progress.end();
    await drawCurve(terminal, [filesOf(out, config.stage).log], { plot, show: values.show });
    if (values.json) return terminal.printJson({ model });
    await terminal.print(`${model}\n`);
  },
);

/** The settings of the run: those of the preset, a file and the command line, the later ones first. */
async function configOf(what: readonly string[], values: Values<typeof options>): Promise<TrainingConfig> {
  const preset = presetOf(what);
  if (preset.stage === 2 && values.init === undefined)
    throw usageError('stage2 expects --init DIR, the model of stage 1');
  if (values.config !== undefined) await checkFiles([values.config]);
  const config: TrainingConfig = {
    ...(values.config === undefined ? preset : await readTrainingConfig(values.config, preset)),
    ...given('steps', values.steps),
    ...given('batchSize', values['batch-size']),
    ...given('ranks', values.ranks),
    ...given('seed', values.seed),
  };
  if (config.batchSize % config.ranks !== 0) {
    throw usageError(`--batch-size expects a multiple of ${config.ranks} ranks, got ${config.batchSize}`);
  }
  return config;
}

/** What is trained, by its name. */
function presetOf(positionals: readonly string[]): TrainingConfig {
  const stages: Readonly<Record<string, TrainingConfig>> = { stage1: nanoStage1, stage2: nanoStage2 };
  const preset = stages[positionals.join(' ')];
  if (preset === undefined) throw usageError('expected what to train: stage1 or stage2');
  return preset;
}

/** A setting of the command line, if it was given. */
function given<Name extends 'steps' | 'batchSize' | 'ranks' | 'seed'>(name: Name, value: number | undefined) {
  return value === undefined ? {} : { [name]: value };
}

function stepLine({ step, loss, learningRate, samplesPerSecond }: StepReport): string {
  const pace = `${Math.round(samplesPerSecond)} pairs/s`;
  return `step ${step}: loss ${loss.toFixed(4)}, rate ${learningRate.toExponential(1)}, ${pace}`;
}
