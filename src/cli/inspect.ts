/** `internvl inspect`: what a checkpoint holds and what memory it needs, from its headers. */
import { type CheckpointReport, inspectCheckpoint, type Tally } from '../checkpoint/inspect.js';
import type { MemoryNeed } from '../checkpoint/memory-need.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { defineCommand } from './command.js';
import { openingModel, usageError } from './exit-code.js';
import { formatBytes, formatCount } from './words.js';

export const command = defineCommand(
  {
    name: 'inspect',
    usage: 'CHECKPOINT',
    about:
      'Lists what a checkpoint holds: parameters and bytes of each part, element kinds, files, and the memory that ' +
      'the weights need as float32. CHECKPOINT is a folder, a .safetensors, .bin or .pth file, an index, or an https ' +
      'address of one of them. Only headers are read, whatever the size.',
    options: {
      tensors: { kind: 'flag', help: 'list every tensor: name, kind, shape, file' },
      stored: { kind: 'flag', help: 'names as they are stored, not brought to those of InternVL-14B-224px' },
    },
    examples: [
      { what: 'a folder', command: 'internvl inspect weights/internvl-nano' },
      {
        what: 'the official weights, without downloading them',
        command: 'internvl inspect https://huggingface.co/OpenGVLab/InternVL-14B-224px/resolve/main',
      },
    ],
  },
  async (terminal, { values, positionals }) => {
    const [path, ...rest] = positionals;
    if (path === undefined || rest.length > 0) throw usageError('expected one checkpoint');
    const names = values.stored ? 'stored' : 'official';
    const source = await openingModel(() => openCheckpoint(path, { names, signal: terminal.signal }));
    const report = inspectCheckpoint(source);
    await source.close();
    if (values.json) return terminal.printJson(plain(report, values.tensors));
    await terminal.print(values.tensors ? tensorLines(report) : summaryLines(report));
  },
);

function summaryLines(report: CheckpointReport): string {
  const sections: [title: string, tallies: Iterable<readonly [string, Tally]>][] = [
    ['part', report.byPart],
    ['kind', report.byDType],
    ['file', report.byFile],
  ];
  const lines = sections.flatMap(([title, tallies]) => [
    row(title, 'tensors', 'parameters', 'bytes', 'bits'),
    ...Array.from(tallies, ([name, tally]) => tallyRow(`  ${name}`, tally)),
    '',
  ]);
  return [
    report.description,
    '',
    ...lines,
    tallyRow('total', report.total),
    ...(report.ignored.length > 0
      ? [`of which not needed by any model: ${report.ignored.length} tensors`]
      : []),
    '',
    `memory, all weights:        ${memoryWords(report.resident)}`,
    `memory, two blocks at once: ${memoryWords(report.streamed)}`,
    '',
  ].join('\n');
}

const row = (name: string, tensors: string, parameters: string, bytes: string, bits: string): string =>
  name.padEnd(36) + tensors.padStart(8) + parameters.padStart(18) + bytes.padStart(12) + bits.padStart(8);

/** With what a parameter takes, scales of quantised matrices included. */
const tallyRow = (name: string, { tensors, parameters, bytes }: Tally): string => {
  const bits = parameters > 0 ? ((8 * bytes) / parameters).toFixed(2) : '';
  return row(name, formatCount(tensors), formatCount(parameters), formatBytes(bytes), bits).trimEnd();
};

const memoryWords = ({ weights, lent, beside }: MemoryNeed): string =>
  `${formatBytes(weights)} as float32; ` + `${formatBytes(lent + beside)} with matrices as stored`;

function tensorLines({ tensors }: CheckpointReport): string {
  const column = Math.max(...tensors.map(({ name }) => name.length), 0) + 2;
  const line = ({ name, dtype, shape, file }: (typeof tensors)[number]): string =>
    `${name.padEnd(column)}${dtype.padEnd(6)}${`[${shape.join(', ')}]`.padEnd(22)}${file}\n`;
  return tensors.map(line).join('');
}

function plain(report: CheckpointReport, withTensors: boolean): object {
  const { tensors, byPart, byDType, byFile, ...rest } = report;
  const [parts, kinds, files] = [byPart, byDType, byFile].map((map) => Object.fromEntries(map));
  return { ...rest, byPart: parts, byDType: kinds, byFile: files, ...(withTensors && { tensors }) };
}
