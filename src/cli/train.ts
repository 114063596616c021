/** `internvl train`: trains a small model in a folder, and goes on where it stopped. */
import { availableParallelism } from 'node:os';

import { nanoStage1, type Stage1Config } from '../train/config.js';
import { readStage1Config } from '../train/config-file.js';
import type { StepReport } from '../train/stage-1.js';
import { runStage1 } from '../train/stage-1-run.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { checkFiles } from './files.js';
import { progressBar } from './progress.js';

/** Steps between two lines of the log on stderr. */
const NOTE_EVERY = 100;

export const command = defineCommand(
  {
    name: 'train',
    usage: 'stage1 --out FOLDER',
    about:
      'Trains InternVL-C from scratch on EmojiWorld with the symmetric contrastive loss of stage 1. FOLDER gets the ' +
      'log (stage-1.jsonl), its curve (stage-1.svg), a resume point and, at the end, model/ in the official layout. ' +
      'Stop it with Ctrl-C and go on with --resume: the result is the same to the last bit. Needs the development ' +
      'dependencies, so a clone of the repository.',
    options: {
      out: { kind: 'text', short: 'o', value: 'FOLDER', help: 'where the run lives' },
      resume: { kind: 'flag', help: "go on from the folder's resume point" },
      config: { kind: 'text', value: 'FILE', help: 'JSON with settings that replace those of the preset' },
      steps: { kind: 'count', value: 'N', help: `steps in all (default: ${nanoStage1.steps})` },
      'batch-size': { kind: 'count', value: 'N', help: `pairs a step (default: ${nanoStage1.batchSize})` },
      ranks: { kind: 'count', value: 'N', help: `threads that share a batch (default: ${nanoStage1.ranks})` },
      seed: {
        kind: 'count',
        min: 0,
        value: 'N',
        help: `seed of everything random (default: ${nanoStage1.seed})`,
      },
      'save-every': { kind: 'count', value: 'N', help: 'steps between two resume points (default: 250)' },
      cache: { kind: 'text', value: 'DIR', help: 'where drawn icons are kept (default: .cache/emojiworld)' },
    },
    examples: [
      { what: 'the run behind weights/internvl-nano', command: 'internvl train stage1 --out runs/nano' },
      { what: 'go on after a stop', command: 'internvl train stage1 --out runs/nano --resume' },
      { what: 'use the result', command: 'internvl classify docs/pictures/dog.png --model runs/nano/model' },
    ],
  },
  async (terminal, { values, positionals }) => {
    if (positionals.join(' ') !== 'stage1') throw usageError('expected what to train: stage1');
    if (values.out === undefined) throw usageError('expected --out FOLDER');
    if (values.config !== undefined) await checkFiles([values.config]);
    const preset =
      values.config === undefined ? nanoStage1 : await readStage1Config(values.config, nanoStage1);
    const config: Stage1Config = {
      ...preset,
      ...given('steps', values.steps),
      ...given('batchSize', values['batch-size']),
      ...given('ranks', values.ranks),
      ...given('seed', values.seed),
    };
    if (config.batchSize % config.ranks !== 0) {
      throw usageError(`--batch-size expects a multiple of ${config.ranks} ranks, got ${config.batchSize}`);
    }
    if (config.ranks > availableParallelism()) {
      terminal.note(`${config.ranks} ranks on ${availableParallelism()} processors will wait for each other`);
    }
    const progress = progressBar(terminal, 'training');
    const model = await runStage1(values.out, config, {
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
    if (values.json) return terminal.printJson({ model });
    await terminal.print(`${model}\n`);
  },
);

/** A setting of the command line, if it was given. */
function given<Name extends keyof Stage1Config>(name: Name, value: Stage1Config[Name] | undefined) {
  return value === undefined ? {} : { [name]: value };
}

function stepLine({ step, loss, learningRate, samplesPerSecond }: StepReport): string {
  const pace = `${Math.round(samplesPerSecond)} pairs/s`;
  return `step ${step}: loss ${loss.toFixed(4)}, rate ${learningRate.toExponential(1)}, ${pace}`;
}
