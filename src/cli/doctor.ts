/** `internvl doctor`: what this machine, the backend and the model are like, and what would go wrong. */
import { availableParallelism, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

import { checkBackend } from './backend-check.js';
import { defineCommand } from './command.js';
import { engineOptions, engineOptionsOf } from './engine-options.js';
import { openingModel } from './exit-code.js';
import { modelOptions } from './model.js';
import { checkModel } from './model-check.js';
import { formatBytes } from './words.js';

/** One thing that was looked at; `problem` says what to do about it. */
export interface Finding {
  readonly name: string;
  readonly value: string;
  readonly problem?: string;
}

export const command = defineCommand(
  {
    name: 'doctor',
    usage: '',
    about:
      'Checks this machine (Node, processors, memory), the SIMD engine (threads, kernels, a product against plain ' +
      'arithmetic) and the model (its files, and the memory it needs). Exit code 0 if nothing stands in the way.',
    options: {
      model: modelOptions.model,
      ...engineOptions,
      memory: modelOptions.memory,
      revision: modelOptions.revision,
      'cache-dir': modelOptions['cache-dir'],
    },
    examples: [
      { what: 'with the small model of this package', command: 'internvl doctor' },
      {
        what: 'before a large one, in 2 GB of memory',
        command: 'internvl doctor --model OpenGVLab/InternVL-14B-224px --memory 2GB',
      },
    ],
  },
  async (terminal, { values }) => {
    const findings: Finding[] = [];
    const report = async (some: readonly Finding[]): Promise<void> => {
      findings.push(...some);
      if (!values.json) await terminal.print(some.map(findingLines).join(''));
    };
    await report(machine());
    await report(await checkBackend(engineOptionsOf(values)));
    const hub = { revision: values.revision, cacheDir: values['cache-dir'], signal: terminal.signal };
    await openingModel(async () => report(await checkModel(values.model, hub, values.memory)));
    if (values.json) await terminal.printJson(findings);
    const problems = findings.filter(({ problem }) => problem !== undefined);
    if (problems.length > 0)
      throw new Error(problems.map(({ name, problem }) => `${name}: ${problem}`).join('; '));
  },
);

function machine(): Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const old = major < 20 || (major === 20 && minor < 19);
  return [
    {
      name: 'node',
      value: `${process.versions.node} on ${process.platform} ${process.arch}`,
      ...(old && { problem: 'expected Node 20.19 or later; install it from https://nodejs.org' }),
    },
    { name: 'processors', value: `${availableParallelism()}` },
    { name: 'memory', value: `${formatBytes(totalmem())}` },
    { name: 'javascript heap', value: `at most ${formatBytes(getHeapStatistics().heap_size_limit)}` },
  ];
}

function findingLines({ name, value, problem }: Finding): string {
  const line = `${(problem === undefined ? 'ok' : '!!').padEnd(4)}${name.padEnd(20)}${value}\n`;
  return problem === undefined ? line : `${line}${' '.repeat(24)}${problem}\n`;
}
