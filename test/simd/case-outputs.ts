/**
 * What the modules compute for the cases of the parity set that are forwards or gradients, as numbers.
 *
 * Run as a child process, it sends them: the options of an engine hold for a whole process.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { type BackendOptions, startBackend } from '../../src/backend/start.js';
import { findCases } from '../../src/parity/find-cases.js';
import { ParityCase } from '../../src/parity/parity-case.js';
import { moduleRunners } from '../../src/parity/runners.js';

/** By case and name, e.g. `tiny-14b/vit image_embeds`. */
export type Outputs = ReadonlyMap<string, Float64Array>;

const modules = ['attention-pool', 'internvit', 'internvl-c', 'loss.stage1', 'qllama.text'];

/** The outputs in this process. `lend`: matrices are lent as they are stored. */
export async function caseOutputs(lend: boolean): Promise<Outputs> {
  const outputs = new Map<string, Float64Array>();
  for (const location of await findCases('test/fixtures/reference')) {
    const runner = modules.includes(location.module ?? '') && moduleRunners.get(location.module ?? '');
    if (!runner) continue;
    const parityCase = await ParityCase.open(location);
    const { values = [] } = await runner.run(parityCase, { lend });
    for (const [name, { data }] of values) outputs.set(`${location.name} ${name}`, Float64Array.from(data));
    await parityCase.close();
  }
  return outputs;
}

/** The outputs in a process of its own, first with weights that are tensors, then lent. */
export function outputsWith(options: BackendOptions): Promise<{ tensors: Outputs; lent: Outputs }> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    });
    child.on('message', (outputs) => resolve(outputs as { tensors: Outputs; lent: Outputs })); // see below
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`expected outputs, got exit code ${code}`)));
  });
}

const [, script, options] = process.argv;
if (process.send !== undefined && script === fileURLToPath(import.meta.url)) {
  await startBackend(JSON.parse(options ?? '{}'));
  const outputs = { tensors: await caseOutputs(false), lent: await caseOutputs(true) };
  process.send(outputs, () => process.disconnect());
}
