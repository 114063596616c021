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
      'index, under the official names, into a new folder, with configuration and tokenizer. A part of one tensor is in ' +
      'memory at a time; the folder appears when it is complete.',
    options: {
      dtype: {
        kind: 'text',
        value: 'f32|f16|bf16',
        oneOf: ['f32', 'f16', 'bf16'],
        help: 'element kind of the floating-point tensors (default: as they are)',
      },
      quantize: {
        kind: 'text',
        value: 'int8',
        oneOf: ['int8'],
        help: 'matrices of linear maps as int8 with a scale for each output channel; the rest as --dtype says',
      },
      'shard-size': { kind: 'count', value: 'MB', help: 'largest shard in megabytes (default: 5000)' },
    },
    examples: [
      {
        what: 'a pickled checkpoint',
        command: 'internvl convert internvl_c_13b_224px.pth internvl-c --dtype bf16',
      },
      { what: 'half of the size', command: 'internvl convert internvl-c internvl-c-int8 --quantize int8' },
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
      ...(values.quantize && { quantize: values.quantize }),
      ...(values['shard-size'] && { maxShardBytes: values['shard-size'] * 1e6 }),
    });
    progress.end();
    if (values.json) return terminal.printJson(report);
    const left = report.ignored.length > 0 ? `, ${report.ignored.length} not needed left out` : '';
    const int8 = report.quantized > 0 ? `, ${formatCount(report.quantized)} matrices as int8` : '';
    await terminal.print(
      `${report.folder}: ${formatCount(report.tensors)} tensors, ${formatBytes(report.bytes)}${int8}${left}\n` +
        report.files.map((file) => `  ${file}\n`).join(''),
    );
  },
);
