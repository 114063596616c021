/** The matrix products of InternViT-6B: 257 tokens, 3200 wide, weights in bf16 (float32 for the plan). */
import { type Contest, type Part, type RowPlan, rounds } from '../contest.js';
import type { BenchPlan } from '../parts.js';

const TOKENS = 257;
const WIDTH = 3200;
const OUTPUTS = [3200, 9600, 12800];

export function gemmPart(plan: BenchPlan): Part {
  const contests = [1, 2].flatMap((threads) => OUTPUTS.map((n) => gemmContest(threads, n, plan)));
  return { name: 'gemm', about: 'matrix products of InternViT-6B', contests };
}

function gemmContest(threads: number, n: number, plan: BenchPlan): Contest {
  const settings = { threads, m: TOKENS, k: WIDTH, n };
  const { native } = plan;
  const isSingle = threads === 1; // as tfjs is in Node
  const others = ['web', ...(isSingle ? ['tfjs'] : []), ...(native ? ['native'] : [])];
  return {
    contestants: {
      ours: { module: 'gemm-ours', settings },
      web: { module: 'gemm-onnx', settings },
      ...(isSingle && { tfjs: { module: 'gemm-tfjs', settings } }),
      ...(native && { native: { module: 'gemm-onnx', settings: { ...settings, native } } }),
    },
    turns: rounds(7, 'ours.exact', 'ours.fast', ...others.map((name) => `${name}.run`)),
    agree: [
      { output: 'ours.exact', with: 'web.run', within: 1e-5 },
      { output: 'ours.fast', with: 'web.run', within: 2e-3 },
      ...others.slice(1).map((name) => ({ output: 'ours.exact', with: `${name}.run`, within: 1e-5 })),
    ],
    rows: rowsOf(threads, n, others),
  };
}

function rowsOf(threads: number, n: number, others: readonly string[]): RowPlan[] {
  const name = `gemm ${TOKENS}x${WIDTH}x${n}`;
  const row = { name: `${name} exact`, threads, unit: 'GFLOPS', ours: 'ours.exact' } as const;
  const fast = { ...row, name: `${name} fast`, ours: 'ours.fast' };
  const limit = { ...row, theirs: { limit: 'lanes' } } as const;
  return [
    { ...row, peer: 'onnxruntime-web', theirs: 'web.run', goal: 2 },
    { ...fast, peer: 'onnxruntime-web', theirs: 'web.run', goal: 2.8 },
    ...(threads === 1
      ? [
          { ...limit, peer: '128-bit limit, best', decides: 'best' as const, goal: 0.8 },
          { ...limit, peer: '128-bit limit, median', goal: 0.65 },
        ]
      : []),
    ...(others.includes('tfjs')
      ? [{ ...row, peer: 'tfjs-backend-wasm', theirs: 'tfjs.run', goal: null }]
      : []),
    ...(others.includes('native')
      ? [{ ...row, peer: 'onnxruntime-node', theirs: 'native.run', goal: null }]
      : []),
  ];
}
