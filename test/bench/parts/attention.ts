/** Attention alone: as in InternViT-6B (257 tokens), and over a picture of 448 pixels (1,025 tokens, small heads). */
import { type Contest, type Part, type RowPlan, rounds } from '../contest.js';
import type { BenchPlan } from '../parts.js';

interface Shape {
  readonly heads: number;
  readonly tokens: number;
  readonly headDim: number;
}

interface Case {
  readonly shape: Shape;
  /** Against onnxruntime-web. */
  readonly goal: number | null;
  /** tfjs takes seconds for the long one. */
  readonly withTfjs: boolean;
}

const CASES: readonly Case[] = [
  { shape: { heads: 25, tokens: 257, headDim: 128 }, goal: 2, withTfjs: true },
  { shape: { heads: 16, tokens: 1025, headDim: 64 }, goal: null, withTfjs: false },
];

export function attentionPart(plan: BenchPlan): Part {
  const contests = CASES.flatMap((one) => [1, 2].map((threads) => attentionContest(threads, one, plan)));
  return { name: 'attention', about: 'fused attention', contests };
}

function attentionContest(threads: number, { shape, goal, withTfjs }: Case, { native }: BenchPlan): Contest {
  const settings = { threads, ...shape };
  const name = `attention ${shape.heads}x${shape.tokens}x${shape.headDim}`;
  const row = { name, threads, unit: 'ms', ours: 'ours.run' } as const;
  const tfjs: RowPlan = { ...row, peer: 'tfjs, batched, 1T', theirs: 'tfjs.run', goal: 20 };
  const natives: RowPlan = { ...row, peer: 'onnxruntime-node', theirs: 'native.run', goal: null };
  const hasTfjs = withTfjs; // on one thread always: it has no more
  const others = ['web', ...(hasTfjs ? ['tfjs'] : []), ...(native ? ['native'] : [])];
  return {
    contestants: {
      ours: { module: 'attention-ours', settings },
      web: { module: 'attention-onnx', settings },
      ...(hasTfjs && { tfjs: { module: 'attention-tfjs', settings } }),
      ...(native && { native: { module: 'attention-onnx', settings: { ...settings, native } } }),
    },
    turns: rounds(hasTfjs ? 7 : 9, 'ours.run', ...others.map((other) => `${other}.run`)),
    agree: others.map((other) => ({ output: 'ours.run', with: `${other}.run`, within: 1e-5 })),
    rows: [
      { ...row, peer: 'onnxruntime-web', theirs: 'web.run', goal },
      ...(hasTfjs ? [tfjs] : []),
      ...(native ? [natives] : []),
    ],
  };
}
