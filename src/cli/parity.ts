/** `internvl parity`: compares every stage with recorded outputs of the official code. */
import { startBackend } from '../backend/start.js';
import { divergencePanels } from '../parity/divergence-panels.js';
import { formatCase, formatSummary } from '../parity/report.js';
import { parityHolds, runParity } from '../parity/run.js';
import { sparkLegend, sparkLine } from '../parity/sparks.js';
import { divergenceChart } from '../visual/divergence-chart.js';
import { defineCommand } from './command.js';
import { plotFile, plotOption, showOption, writeDrawing } from './drawing-file.js';
import { engineOptions, engineOptionsOf } from './engine-options.js';
import { usageError } from './exit-code.js';
import { splitList } from './words.js';

export const command = defineCommand(
  {
    name: 'parity',
    usage: 'FOLDER…',
    about:
      'Runs every case of the folders (recorded inputs and outputs of the official PyTorch code) and prints one line a ' +
      'case: outputs, relative L2, largest difference, tolerance, ok or FAIL, and for a tower the first trace point ' +
      'that differs. Exit code 0 only if all of them hold.',
    options: {
      module: { kind: 'list', value: 'A,B', help: 'only cases of these modules, e.g. internvit,qllama.text' },
      case: { kind: 'list', value: 'NAME', help: 'only cases of this name; * stands for any characters' },
      except: { kind: 'list', value: 'NAME', help: 'no case of this name; * stands for any characters' },
      lend: {
        kind: 'flag',
        help: 'lend matrices from the engine as they are stored, of small models too (large ones always are)',
      },
      tolerance: {
        kind: 'text',
        value: 'X',
        help: 'a relative L2 up to this is near enough, also where a case asks for less (for --arithmetic fast)',
      },
      ...plotOption('how far each case is off, and each trace point of its forward'),
      ...showOption('how near each case comes to its limit'),
      ...engineOptions,
    },
    examples: [
      { what: 'the whole reference', command: 'internvl parity ../shared/reference' },
      { what: 'only the vision tower', command: 'internvl parity ../shared/reference --module internvit' },
      {
        what: 'how far 16-bit arithmetic is off',
        command: 'internvl parity ../shared/reference --lend --arithmetic fast --tolerance 2e-3',
      },
      {
        what: 'where along a forward it becomes so',
        command: 'internvl parity ../shared/reference --case tiny-14b/vit --plot drift.svg',
      },
    ],
  },
  async (terminal, { values, positionals }) => {
    if (positionals.length === 0) throw usageError('expected a folder of parity cases');
    const tolerance = toleranceOf(values.tolerance);
    const plot = await plotFile({ plot: values.plot });
    await startBackend(engineOptionsOf(values));
    const some = (list: readonly string[]) => (list.length > 0 ? splitList(list) : undefined);
    const [modules, cases, except] = [some(values.module), some(values.case), some(values.except)];
    const results = await runParity(positionals, {
      signal: terminal.signal,
      lend: values.lend,
      ...(tolerance !== undefined && { tolerance }),
      ...(modules && { modules }),
      ...(cases && { cases }),
      ...(except && { except }),
      onCase: (result) => {
        if (!values.json) terminal.print(`${formatCase(result)}\n`);
        if (values.show)
          terminal.show([...(values.json ? [result.name] : []), sparkLine(result, terminal.size.columns)]);
      },
    });
    if (values.json) await terminal.printJson(results);
    if (plot !== undefined) await writeDrawing(terminal, plot, divergenceChart(divergencePanels(results)));
    if (values.show) terminal.show([sparkLegend]);
    terminal.note(formatSummary(results));
    if (!parityHolds(results)) throw new Error('not every case holds');
  },
);

/** @throws a usage error when it is no number above 0. */
function toleranceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const tolerance = Number(text);
  if (tolerance > 0) return tolerance;
  throw usageError(`--tolerance: expected a number above 0, got ${text}`);
}
