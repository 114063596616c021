/** QLLaMA-8B writing a caption, streamed: bound by how fast its weights come, from the page cache at best. */
import { join } from 'node:path';

import { type Contest, type Part, rounds } from '../contest.js';
import type { BenchPlan } from '../parts.js';
import { folderOf, type StoredKind, writeQLlama } from '../qllama-shards.js';

const THREADS = 2;
/** A token takes at most 1.25 times what reading its weights takes. */
const TOKEN_GOAL = 1 / 1.25;
/** The prefill runs at 60 % of the rate of a large product, or more. */
const PREFILL_GOAL = 0.6;
/** A large product, whose rate is the engine's. */
const GEMM = { m: 257, k: 4096, n: 11008 };

export function qllama8BPart(plan: BenchPlan): Part {
  const folder = join(plan.folder, `internvl-qllama-${process.pid}`);
  return {
    name: 'qllama-8b',
    about: 'QLLaMA-8B writing a caption, streamed from bf16 and int8 shards',
    contests: [
      ...(['streamed', 'in memory'] as const).flatMap((weights) =>
        (['bf16', 'int8'] as const).map((kind) => tokenContest(folder, kind, weights)),
      ),
      prefillContest(folder),
    ],
  };
}

function tokenContest(folder: string, kind: StoredKind, weights: 'streamed' | 'in memory'): Contest {
  const row = { name: `qllama-8b token ${kind} ${weights}`, threads: THREADS, ours: 'ours.step' } as const;
  const arithmetic = kind === 'int8' ? 'fast' : 'exact'; // int8 is multiplied with 16-bit integers
  const settings = { threads: THREADS, folder: folderOf(folder, kind), weights, arithmetic };
  const peer = weights === 'streamed' ? 'reading its weights' : 'memory bandwidth';
  return {
    before: (progress) => writeQLlama(folder, progress),
    contestants: { ours: { module: 'qllama-ours', settings } },
    turns: rounds(5, 'ours.step', 'ours.read'),
    rows: [{ ...row, peer, unit: 'GB/s', theirs: 'ours.read', goal: TOKEN_GOAL }],
  };
}

function prefillContest(folder: string): Contest {
  const settings = {
    threads: THREADS,
    folder: folderOf(folder, 'bf16'),
    weights: 'streamed',
    arithmetic: 'exact',
  };
  const row = { name: 'qllama-8b prefill 96+8', threads: THREADS, ours: 'ours.prefill' } as const;
  return {
    before: (progress) => writeQLlama(folder, progress),
    contestants: {
      ours: { module: 'qllama-ours', settings },
      gemm: { module: 'gemm-ours', settings: { threads: THREADS, ...GEMM } },
    },
    turns: rounds(3, 'gemm.exact', 'ours.prefill', 'gemm.exact'),
    rows: [{ ...row, peer: "the engine's GEMM", unit: 'GFLOPS', theirs: 'gemm.exact', goal: PREFILL_GOAL }],
  };
}
