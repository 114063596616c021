/** `internvl train stage1`: trains a small InternVL-C from scratch on EmojiWorld. */
import type { Stage1Config } from '../train/config.js';
import { nanoStage1 } from '../train/config.js';
import { readStage1Config } from '../train/config-file.js';
import { runStage1 } from '../train/stage-1-run.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { progressBar } from './progress.js';

/** Steps between two lines of the log on stderr when no progress bar is drawn. */
const LINE_EVERY = 100;

export const command = defineCommand(
  {
    name: 'train',
    usage: 'stage1 FOLDER',
    about:
      'Trains internvl-nano from scratch on the icons of EmojiWorld, with the contrastive recipe of the paper. FOLDER ' +
      'gets a log (stage-1.jsonl), a curve (stage-1.svg), a resume point and, at the end, model/ in the official ' +
      'layout. The same seed, settings and number of ranks give the same weights.',
    options: {
      config: { kind: 'text', value: 'FILE', help: 'JSON with settings that replace those of the preset' },
      steps: { kind: 'count', value: 'N', help: 'optimisation steps' },
      seed: { kind: 'count', value: 'N', min: 0, help: 'seed of weights, batches and augmentation' },
      ranks: { kind: 'count', value: 'N', help: 'threads that share each batch (default: 2)' },
      resume: { kind: 'flag', help: "go on from the folder's resume point" },
      'save-every': { kind: 'count', value: 'N', help: 'steps between two resume points (default: 250)' },
      cache: { kind: 'text', value: 'FOLDER', help: 'where drawn icons are kept (default: .cache)' },
    },
    examples: [
      { what: 'the shipped model, about an hour on two cores', command: 'internvl train stage1 runs/nano' },
      { what: 'a look at the beginning', command: 'internvl train stage1 runs/try --steps 50' },
      { what: 'after an interruption', command: 'internvl train stage1 runs/nano --resume' },
    ],
  },
  async (terminal, { values, positionals }) => {
    const [stage, folder, ...rest] = positionals;
    if (stage !== 'stage1') throw usageError(`expected stage1, got ${stage ?? 'no stage'}`);
    if (folder === undefined || rest.length > 0) throw usageError('expected one folder for the run');
    const preset = values.config ? await readStage1Config(values.config, nanoStage1) : nanoStage1;
    const { steps, seed, ranks } = values;
    const config = { ...preset, ...defined({ steps, seed, ranks }) };
    const bar = progressBar(terminal, 'stage 1');
    try {
      const model = await runStage1(folder, config, {
        resume: values.resume,
        saveEvery: values['save-every'],
        cacheFolder: values.cache ?? '.cache',
        signal: terminal.signal,
        onStep({ step, loss, learningRate, samplesPerSecond }, total) {
          const speed = `${samplesPerSecond.toFixed(0)} samples/s`;
          bar.update(step + 1, total, `step ${step + 1} of ${total}, loss ${loss.toFixed(3)}, ${speed}`);
          if (terminal.showsProgress || (step + 1) % LINE_EVERY !== 0) return;
          const rate = learningRate.toExponential(2);
          terminal.note(`step ${step + 1}: loss ${loss.toFixed(3)}, learning rate ${rate}, ${speed}`);
        },
      });
      bar.end();
      if (values.json) await terminal.printJson({ model, config });
      else await terminal.print(`${model}\n`);
    } finally {
      bar.end();
    }
  },
);

/** The settings that were given on the command line. */
function defined(
  settings: Partial<Record<'steps' | 'seed' | 'ranks', number | undefined>>,
): Partial<Stage1Config> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
