/** `internvl synthesize`: a checkpoint of made-up weights, to rehearse with what is not at hand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type PresetName, presets } from '../contrastive/presets.js';
import { embeddedModel } from '../node-model.js';
import { synthesizeModel } from '../synthesize-model.js';
import { defineCommand } from './command.js';
import { usageError } from './exit-code.js';
import { progressBar } from './progress.js';
import type { Terminal } from './terminal.js';
import { formatBytes, formatCount } from './words.js';

const NAMES = Object.keys(presets) as PresetName[]; // keys forgets them

export const command = defineCommand(
  {
    name: 'synthesize',
    usage: 'FOLDER --preset NAME',
    about:
      'Writes a checkpoint in the official layout whose weights follow from a seed: names, shapes, shards and size of ' +
      'the real one, so that a deployment can be rehearsed without it. Its answers are nonsense. With --layers, the ' +
      'other blocks are made while the model runs, bit by bit what the complete folder holds.',
    options: {
      preset: {
        kind: 'text',
        value: NAMES.join('|'),
        oneOf: NAMES,
        help: 'which model: 27.7 GB, or complete small ones of 1.0 and 4.9 MB',
      },
      seed: { kind: 'count', value: 'N', min: 0, help: 'what the weights follow from (default: 0)' },
      layers: {
        kind: 'count',
        value: 'N',
        min: 0,
        help: 'write only the first N blocks of each tower (default: all)',
      },
      dtype: {
        kind: 'text',
        value: 'bf16',
        oneOf: ['bf16'],
        help: 'element kind (default and only one: bf16)',
      },
      'shard-size': { kind: 'count', value: 'MB', help: 'largest shard in megabytes (default: 10000)' },
      tokenizer: {
        kind: 'text',
        value: 'FILE',
        help: 'a tokenizer.model to copy (default: a made-up one; for internvl-nano its own)',
      },
    },
    examples: [
      {
        what: 'InternVL-14B: 27.7 GB, of which 1.8 GB are on disk',
        command: 'internvl synthesize /tmp/14b --preset internvl-14b --layers 1',
      },
      {
        what: 'a small one, and how it classifies',
        command:
          'internvl synthesize /tmp/tiny --preset internvl-tiny && internvl classify a.png -l cat,dog -m /tmp/tiny',
      },
    ],
  },
  async (terminal, { values, positionals }) => {
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw usageError('expected a new folder');
    if (values.preset === undefined) throw usageError(`expected --preset ${NAMES.join(' or ')}`);
    const { seed = 0, layers, 'shard-size': megabytes } = values;
    const progress = progressBar(terminal, 'synthesizing');
    const started = performance.now();
    const seconds = (): number => (performance.now() - started) / 1000;
    const report = await synthesizeModel(folder, presets[values.preset], {
      seed,
      ...(layers !== undefined && { layers }),
      ...(megabytes !== undefined && { maxShardBytes: megabytes * 1e6 }),
      ...(await tokenizerOption(terminal, values.preset, values.tokenizer)),
      signal: terminal.signal,
      onProgress: (written, total) =>
        progress.update(written, total, `synthesizing ${rate(written, seconds())}`),
    });
    progress.end();
    const took = seconds();
    if (values.json) return terminal.printJson({ ...report, seed, seconds: took });
    const { tensors, parameters, bytes, files } = report;
    await terminal.print(
      `${folder}: ${formatCount(tensors)} tensors, ${formatCount(parameters)} parameters, ${formatBytes(bytes)} ` +
        `(${rate(bytes, took)})\n${files.map((file) => `  ${file}\n`).join('')}`,
    );
  },
);

const rate = (bytes: number, seconds: number): string => `${(bytes / seconds / 1e9).toFixed(2)} GB/s`;

async function tokenizerOption(terminal: Terminal, preset: PresetName, file: string | undefined) {
  const own = preset === 'internvl-nano' ? join(embeddedModel(), 'tokenizer.model') : undefined;
  const path = file ?? own;
  return path === undefined ? {} : { tokenizer: await readFile(path, { signal: terminal.signal }) };
}
