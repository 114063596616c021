/** `internvl convert`: any checkpoint to safetensors in the official layout. */
import { convertCheckpoint } from '../checkpoint/convert.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { defineCommand } from './command.js';
import { openingModel, usageError } from './exit-code.js';
import { progressBar } from './progress.js';
import { formatBytes, formatCount } from './words.js';

const DTYPES = { f32: 'F32', f16: 'F16', bf16: 'BF16' } as const;

export const command = defineCommand(
  {
    name: 'convert',
    usage: 'CHECKPOINT FOLDER',
    about:
      'Writes a checkpoint (.bin, .pth, .safetensors, a folder or its https address) as safetensors shards with an ' +
      'index, under the official names, into a new folder, with configuration and tokenizer. One tensor is in memory ' +
      'at a time; the folder appears when it is complete.',
    options: {
      dtype: {
        kind: 'text',
        value: 'f32|f16|bf16',
        oneOf: ['f32', 'f16', 'bf16'],
        help: 'element kind of the floating-point tensors (default: as they are)',
      },
      'shard-size': { kind: 'count', value: 'MB', help: 'largest shard in megabytes (default: 5000)' },
    },
    examples: [
      {
        what: 'a pickled checkpoint',
        command: 'internvl convert internvl_c_13b_224px.pth internvl-c --dtype bf16',
      },
    ],
  },
  async (terminal, { values, positionals }) => {
    const [path, folder, ...rest] = positionals;
    if (path === undefined || folder === undefined || rest.length > 0) {
      throw usageError('expected a checkpoint and a new folder');
    }
    const progress = progressBar(terminal, 'converting');
    await openingModel(async () => (await openCheckpoint(path, { signal: terminal.signal })).close());
    const report = await convertCheckpoint(path, folder, {
      signal: terminal.signal,
      onProgress: ({ writtenBytes, totalBytes }) => progress.update(writtenBytes, totalBytes),
      ...(values.dtype && { dtype: DTYPES[values.dtype] }),
      ...(values['shard-size'] && { maxShardBytes: values['shard-size'] * 1e6 }),
    });
    progress.end();
    if (values.json) return terminal.printJson(report);
    const left = report.ignored.length > 0 ? `, ${report.ignored.length} not needed left out` : '';
    await terminal.print(
      `${report.folder}: ${formatCount(report.tensors)} tensors, ${formatBytes(report.bytes)}${left}\n` +
        report.files.map((file) => `  ${file}\n`).join(''),
    );
  },
);
