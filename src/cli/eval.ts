/** `internvl eval`: how often a model is right. */

import { inputSize } from '../contrastive/config.js';
import { type BenchmarkRow, emojiWorldBenchmark } from '../eval/emojiworld-benchmark.js';
import type { Encoder } from '../eval/zero-shot.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { checkMode, modeOption } from './mode-option.js';
import { modelOptions, withModel } from './model.js';

export const command = defineCommand(
  {
    name: 'eval',
    usage: 'emojiworld',
    about:
      'Measures zero-shot accuracy on EmojiWorld, the miniature of the zero-shot tables of the paper: pictures in the ' +
      'styles of training under held-out augmentation, three styles no training sees, labels in five languages. Each ' +
      'row has its 95 % interval. Needs the development dependencies, so a clone of the repository.',
    options: {
      cache: { kind: 'text', value: 'DIR', help: 'where drawn icons are kept (default: .cache/emojiworld)' },
      ...modeOption,
      ...modelOptions,
    },
    examples: [
      { what: 'the small model of this package', command: 'internvl eval emojiworld' },
      {
        what: "with QLLaMA's queries, where the model has them",
        command: 'internvl eval emojiworld --mode InternVL-G --model DIR',
      },
      { what: 'one of your own', command: 'internvl eval emojiworld --model runs/nano/model --json' },
    ],
  },
  async (terminal, { values, positionals }) => {
    if (positionals.join(' ') !== 'emojiworld') throw usageError('expected what to measure: emojiworld');
    await withModel(terminal, values, async (model) => {
      const { mode } = values;
      await checkMode(model, mode);
      const encoder: Encoder = {
        encodeText: (texts, options) => model.encodeText(texts, options),
        encodeImage: (pictures, options) => model.encodeImage(pictures, { ...options, mode }),
      };
      const output = new AbortController(); // a closed pipe ends the measurement
      const rows = await emojiWorldBenchmark(encoder, {
        size: inputSize(model.config),
        cacheFolder: values.cache ?? '.cache/emojiworld',
        signal: AbortSignal.any([terminal.signal, output.signal]),
        onRow: (row) => {
          if (!values.json) terminal.print(rowLine(row)).catch((error) => output.abort(error));
        },
      });
      if (values.json) await terminal.printJson({ rows });
    });
  },
);

function rowLine({ name, value, low, high, n }: BenchmarkRow): string {
  const percent = (share: number): string => (share * 100).toFixed(1);
  const interval = `[${percent(low)}, ${percent(high)}]`;
  return `${name.padEnd(76)}${percent(value).padStart(6)} %  ${interval.padEnd(14)}${String(n).padStart(6)}\n`;
}
