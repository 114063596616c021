/** A whole model: InternViT in the size of ViT-B/16, from pixels to the states of its 197 tokens. */
import { type Contest, type Part, type RowPlan, rounds } from '../contest.js';
import type { BenchPlan } from '../parts.js';

/** Samples of each side: fewer of what takes seconds. */
const ROUNDS: Readonly<Record<number, number>> = { 1: 5, 8: 3 };
const WITHIN = 1e-4;
const WITHIN_FAST = 2e-3;

export function vitB16Part(plan: BenchPlan): Part {
  const contests = [1, 8].flatMap((batch) => [1, 2].map((threads) => vitContest(threads, batch, plan)));
  contests.push(...[1, 2].map(fastContest));
  return { name: 'vit-b16', about: 'InternViT in the size of ViT-B/16, end to end', contests };
}

/** The same in 16-bit arithmetic, which is not as exact: it only informs. */
function fastContest(threads: number): Contest {
  const settings = { threads, batch: 1 };
  return {
    contestants: {
      ours: { module: 'vit-ours', settings: { ...settings, arithmetic: 'fast' } },
      web: { module: 'vit-onnx', settings },
    },
    turns: rounds(5, 'ours.run', 'web.run'),
    agree: [{ output: 'ours.run', with: 'web.run', within: WITHIN_FAST }],
    rows: [
      {
        name: 'vit-b16 batch 1 fast',
        threads,
        unit: 'ms',
        peer: 'onnxruntime-web',
        ours: 'ours.run',
        theirs: 'web.run',
        goal: null,
      },
    ],
  };
}

/** The composed form has one thread always: with two, it is what a user had before there was an engine. */
function vitContest(threads: number, batch: number, { native }: BenchPlan): Contest {
  const settings = { threads, batch };
  const row = { name: `vit-b16 batch ${batch}`, threads, unit: 'ms', ours: 'ours.run' } as const;
  const goal = threads === 1 ? null : 4;
  const composed: RowPlan = { ...row, peer: 'composed form, 1T', theirs: 'composed.run', goal };
  const natives: RowPlan = { ...row, peer: 'onnxruntime-node', theirs: 'native.run', goal: null };
  const hasComposed = batch === 1;
  const others = ['web', ...(hasComposed ? ['composed'] : []), ...(native ? ['native'] : [])];
  return {
    contestants: {
      ours: { module: 'vit-ours', settings },
      web: { module: 'vit-onnx', settings },
      ...(hasComposed && { composed: { module: 'vit-composed', settings } }),
      ...(native && { native: { module: 'vit-onnx', settings: { ...settings, native } } }),
    },
    turns: rounds(ROUNDS[batch] ?? 1, 'ours.run', ...others.map((name) => `${name}.run`)),
    agree: others.map((name) => ({ output: 'ours.run', with: `${name}.run`, within: WITHIN })),
    rows: [
      { ...row, peer: 'onnxruntime-web', theirs: 'web.run', goal: 1.8 },
      ...(hasComposed ? [composed] : []),
      ...(native ? [natives] : []),
    ],
  };
}
