/** `internvl eval`: what a model gets right on EmojiWorld, with confidence intervals. */
import { inputSize } from '../contrastive/config.js';
import { emojiWorldBenchmark } from '../eval/emojiworld-benchmark.js';
import { defineCommand } from './command.js';
import { modelOptions, withModel } from './model.js';

export const command = defineCommand(
  {
    name: 'eval',
    usage: '',
    about:
      'Zero-shot classification of EmojiWorld icons: the everyday concepts and all 1,369, training styles under ' +
      'held-out augmentation, styles never trained on, five languages. Needs a clone of the repository with its ' +
      'development dependencies (npm ci).',
    options: {
      ...modelOptions,
      cache: { kind: 'text', value: 'FOLDER', help: 'where drawn icons are kept (default: .cache)' },
    },
    examples: [{ what: 'the shipped model', command: 'internvl eval' }],
  },
  async (terminal, { values }) => {
    await withModel(terminal, values, async (model) => {
      const rows = await emojiWorldBenchmark(model, {
        size: inputSize(model.config),
        cacheFolder: values.cache ?? '.cache',
        signal: terminal.signal,
        onRow: ({ name, value, low, high, n }) => {
          const percent = (share: number) => (100 * share).toFixed(1);
          const line = `${percent(value).padStart(5)} % [${percent(low)}, ${percent(high)}]  ${name} (${n})\n`;
          if (!values.json) void terminal.print(line);
        },
      });
      if (values.json) await terminal.printJson({ rows });
    });
  },
);
