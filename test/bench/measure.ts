/** Runs one contest: starts the processes, lets them take their turns, and makes the rows. */
import type { Agreement, Contest } from './contest.js';
import { Contestant } from './contestant/contestant.js';
import type { Sample } from './contestant/sampler.js';
import type { Series } from './row.js';
import { relativeL2 } from './statistics.js';

/** Idle threads of the side before spin for a moment before they sleep. */
const PAUSE = 20;

/** The samples of each `contestant.sampler`. @throws Error when a contestant fails, or outputs differ. */
export async function measure(
  contest: Contest,
  progress: (text: string) => void,
): Promise<ReadonlyMap<string, Series>> {
  await contest.before?.(progress);
  const contestants = new Map(
    Object.keys(contest.contestants).map((name) => [name, new Contestant(name)] as const),
  );
  try {
    const work = await prepareAll(contest, contestants, progress);
    return await takeTurns(contest.turns, contestants, work, progress);
  } finally {
    for (const contestant of contestants.values()) contestant.end();
  }
}

type Contestants = ReadonlyMap<string, Contestant>;

/** One after the other, so that each warms up alone. Returns the work of each `contestant.sampler`. */
async function prepareAll(
  { contestants: plans, agree = [] }: Contest,
  contestants: Contestants,
  progress: (text: string) => void,
): Promise<ReadonlyMap<string, number>> {
  const work = new Map<string, number>();
  const outputs = new Map<string, Float32Array>();
  for (const [name, contestant] of contestants) {
    const plan = plans[name];
    if (!plan) throw new Error(`${name}: expected a contestant of the contest`);
    progress(`preparing ${name}`);
    const module = new URL(`./contestants/${plan.module}.ts`, import.meta.url);
    const prepared = await contestant.prepare(module, plan.settings);
    for (const [sampler, amount] of Object.entries(prepared.work)) work.set(`${name}.${sampler}`, amount);
    for (const [output, values] of Object.entries(prepared.outputs)) outputs.set(`${name}.${output}`, values);
  }
  for (const agreement of agree) checkAgreement(agreement, outputs);
  return work;
}

function checkAgreement(agreement: Agreement, outputs: ReadonlyMap<string, Float32Array>): void {
  const [output, other] = [outputs.get(agreement.output), outputs.get(agreement.with)];
  if (!output || !other)
    throw new Error(`expected outputs ${agreement.output} and ${agreement.with}, got none`);
  const difference = relativeL2(output, other);
  if (difference <= agreement.within) return;
  const claim = `${agreement.output}: expected what ${agreement.with} computes within ${agreement.within}`;
  throw new Error(`${claim}, got a difference of ${difference}`);
}

async function takeTurns(
  turns: readonly string[],
  contestants: Contestants,
  work: ReadonlyMap<string, number>,
  progress: (text: string) => void,
): Promise<ReadonlyMap<string, Series>> {
  const samples = new Map<string, Sample[]>();
  for (const [i, turn] of turns.entries()) {
    progress(`sample ${i + 1} of ${turns.length}: ${turn}`);
    const [name = '', sampler = ''] = turn.split('.');
    const contestant = contestants.get(name);
    if (!contestant) throw new Error(`${turn}: expected one of ${[...contestants.keys()]}`);
    const sample = await contestant.sample(sampler);
    samples.set(turn, [...(samples.get(turn) ?? []), sample]);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return new Map([...samples].map(([turn, taken]) => [turn, { samples: taken, work: work.get(turn) ?? 0 }]));
}
