/** One row times a large matrix, as in decoding token by token: bound by memory, not by arithmetic. */
import { type Contest, type Part, type RowPlan, rounds } from '../contest.js';
import type { BenchPlan } from '../parts.js';

const SIZE = 4096;

export function gemvPart(plan: BenchPlan): Part {
  return {
    name: 'gemv',
    about: 'one row times a matrix',
    contests: [1, 2].map((threads) => gemvContest(threads, plan)),
  };
}

function gemvContest(threads: number, { native }: BenchPlan): Contest {
  const settings = { threads, m: 1, k: SIZE, n: SIZE };
  const row = { name: `gemv ${SIZE}x${SIZE}`, threads, ours: 'ours.run' } as const;
  const natives: RowPlan = { ...row, peer: 'onnxruntime-node', unit: 'ms', theirs: 'native.run', goal: null };
  const others = ['web', ...(native ? ['native'] : [])];
  return {
    contestants: {
      ours: { module: 'gemv-ours', settings },
      web: { module: 'gemm-onnx', settings },
      ...(native && { native: { module: 'gemm-onnx', settings: { ...settings, native } } }),
    },
    turns: rounds(11, 'ours.run', 'ours.read', ...others.map((other) => `${other}.run`)),
    agree: others.map((other) => ({ output: 'ours.run', with: `${other}.run`, within: 1e-5 })),
    rows: [
      { ...row, peer: 'memory bandwidth', unit: 'GB/s', theirs: 'ours.read', goal: 0.8 },
      { ...row, peer: 'onnxruntime-web', unit: 'ms', theirs: 'web.run', goal: null },
      ...(native ? [natives] : []),
    ],
  };
}
