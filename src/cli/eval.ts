/** `internvl eval`: how often a model is right. */
import { inputSize } from '../contrastive/config.js';
import { type BenchmarkPart, benchmarkParts } from '../eval/benchmark-parts.js';
import type { BenchmarkOptions, BenchmarkRow } from '../eval/emojiworld-benchmark.js';
import { resultsChart } from '../eval/results-chart.js';
import { defineCommand } from './command.js';
import { plotFile, plotOption, writeDrawing } from './drawing-file.js';
import { usageError } from './exit-code.js';
import { checkMode, modeOption } from './mode-option.js';
import { modelOptions, withModel } from './model.js';
import { progressBar } from './progress.js';

const PARTS = Object.keys(benchmarkParts) as BenchmarkPart[]; // keys forgets them

export const command = defineCommand(
  {
    name: 'eval',
    usage: `[all|${PARTS.join('|')}]`,
    about:
      "Measures a model on EmojiWorld, the miniature of the paper's tables: emojiworld is zero-shot classification of " +
      'icons in styles that training saw and did not see, retrieval is of composed scenes and captions in English, ' +
      'Chinese and eight languages, captions are held against the facts of their scenes. Each row has its 95 % ' +
      'interval and, where there is one, its goal. Needs the development dependencies, so a clone of the repository.',
    options: {
      samples: {
        kind: 'count',
        value: 'N',
        help: 'at most N scenes a set, and the icons of N concepts for each set of labels: a quick look',
      },
      ...plotOption('the results as bars'),
      svg: { kind: 'text', value: 'FILE', help: 'the same as --plot, its older name' },
      cache: { kind: 'text', value: 'DIR', help: 'where drawn icons are kept (default: .cache/emojiworld)' },
      mode: {
        ...modeOption.mode,
        help: 'who reads the pictures (default: InternVL-C classifies, and retrieval is by all that the model has)',
      },
      ...modelOptions,
    },
    examples: [
      { what: 'the small model of this package', command: 'internvl eval' },
      {
        what: 'one task of your own model',
        command: 'internvl eval retrieval --model runs/nano/model --json',
      },
      { what: 'a first look, and a picture of it', command: 'internvl eval --samples 50 --plot results.svg' },
      { what: "with QLLaMA's queries", command: 'internvl eval emojiworld --mode InternVL-G --model DIR' },
    ],
  },
  async (terminal, { values, positionals }) => {
    const parts = partsOf(positionals);
    const plot = await plotFile({ plot: values.plot, svg: values.svg });
    await withModel(terminal, values, async (model) => {
      const { mode, samples } = values;
      await checkMode(model, parts.length === 1 && parts[0] === 'captions' ? 'InternVL-G' : mode);
      const progress = progressBar(terminal, 'measuring');
      const options: BenchmarkOptions = {
        size: inputSize(model.config),
        cacheFolder: values.cache ?? '.cache/emojiworld',
        samples,
        mode,
        signal: terminal.signal,
        onProgress: (what, done, total) => progress.update(done, total, what),
        onNote: (line) => {
          progress.end();
          terminal.note(line);
        },
      };
      const rows: BenchmarkRow[] = [];
      for (const part of parts) {
        for await (const row of benchmarkParts[part](model, options)) {
          rows.push(row);
          progress.end();
          if (!values.json) await terminal.print(rowLine(row));
          terminal.signal.throwIfAborted();
        }
      }
      if (values.json) await terminal.printJson({ rows });
      if (plot !== undefined) await writeDrawing(terminal, plot, resultsChart(rows));
    });
  },
);

function partsOf(positionals: readonly string[]): readonly BenchmarkPart[] {
  const [asked = 'all', ...rest] = positionals;
  const parts = asked === 'all' ? PARTS : PARTS.filter((part) => part === asked);
  if (parts.length > 0 && rest.length === 0) return parts;
  throw usageError(`expected what to measure: all, ${PARTS.join(', ')}; got ${positionals.join(' ')}`);
}

function rowLine({ name, value, low, high, n, goal }: BenchmarkRow): string {
  const percent = (share: number): string => (share * 100).toFixed(1);
  const interval = `[${percent(low)}, ${percent(high)}]`.padEnd(14);
  const aim = goal === null ? '' : `  goal ${percent(goal)}`;
  return `${name.padEnd(76)}${percent(value).padStart(6)} %  ${interval}${String(n).padStart(6)}${aim}\n`;
}
