/** The process of a contestant: prepares when told, then runs one sample a message and is idle between them. */
import { createCanary } from './canary.js';
import type { Prepare, Reply, Request, Sample, Sampler } from './sampler.js';

let samplers: Readonly<Record<string, Sampler>> = {};
let canary: (() => number) | undefined;

process.on('message', (request: Request) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    (error) =>
      process.send?.({ kind: 'failed', message: error instanceof Error ? error.stack : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

async function answer(request: Request): Promise<Reply> {
  if (request.kind === 'sample') return { kind: 'sample', sample: await sample(request.sampler) };
  const { prepare } = (await import(request.module)) as { prepare: Prepare<unknown> }; // named by the parts
  const prepared = await prepare(request.settings);
  samplers = prepared.samplers;
  canary = await createCanary();
  for (const { run, warmUps = 2 } of Object.values(samplers)) {
    for (let i = 0; i < warmUps; i++) await run();
  }
  const work = Object.entries(samplers).map(([name, sampler]) => [name, sampler.work ?? 0]);
  return { kind: 'prepared', work: Object.fromEntries(work), outputs: prepared.outputs ?? {} };
}

async function sample(name: string): Promise<Sample> {
  const sampler = samplers[name];
  if (!sampler || !canary) throw new Error(`expected one of ${Object.keys(samplers)}, got ${name}`);
  const { run, repeats = 1 } = sampler;
  canary(); // wakes the core
  const before = canary();
  const start = performance.now();
  let outcome: unknown;
  for (let i = 0; i < repeats; i++) outcome = await run();
  const elapsed = performance.now() - start;
  const after = canary();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return {
    milliseconds: typeof outcome === 'number' ? outcome : elapsed / repeats,
    canaries: [before, after],
    peakBytes,
  };
}
