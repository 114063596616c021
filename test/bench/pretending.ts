/** A contestant for the tests of the turns: it does what its settings say, and measures nothing. */
import type { Prepared } from './contestant/sampler.js';

export interface PretendingSettings {
  readonly outputs?: Readonly<Record<string, readonly number[]>>;
  readonly milliseconds: number;
  /** What its second sample does instead. */
  readonly ends?: 'throws' | 'exits';
}

export async function prepare({ outputs = {}, milliseconds, ends }: PretendingSettings): Promise<Prepared> {
  let calls = 0;
  const run = () => {
    calls++;
    if (calls === 2 && ends === 'throws') throw new RangeError('no more');
    if (calls === 2 && ends === 'exits') process.exit(3);
    return milliseconds * calls;
  };
  const named = Object.entries(outputs).map(([name, values]) => [name, Float32Array.from(values)]);
  return {
    samplers: { run: { run, warmUps: 0, work: 8 }, work: { run: () => undefined, repeats: 4 } },
    outputs: Object.fromEntries(named),
  };
}
