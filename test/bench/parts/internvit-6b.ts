/** InternViT-6B from disk: a model of 11.8 GB in the memory of two blocks. */
import { join } from 'node:path';

import { type Contest, type Part, type RowPlan, rounds } from '../contest.js';
import type { BenchPlan } from '../parts.js';
import { writeShards } from '../shards.js';

const THREADS = 2;
const LAYERS = 48;
/** A block takes at most 1.15 times what its matrix products take. */
const BLOCK_GOAL = 1 / 1.15;
/** All blocks take at most 0.45 of what onnxruntime-web takes for their matrix products. */
const TIME_GOAL = 1 / 0.45;
const MEMORY_BUDGET = 2;

export function internVit6BPart(plan: BenchPlan): Part {
  const folder = join(plan.folder, `internvl-bench-${process.pid}`);
  const contests = [blockContest(folder, plan.blocks), towerContest(folder, plan.blocks)];
  return { name: 'internvit-6b', about: 'InternViT-6B, streamed from bf16 shards', contests };
}

function blockContest(folder: string, blocks: number): Contest {
  const row = { name: 'internvit-6b block', threads: THREADS, unit: 'ms', goal: BLOCK_GOAL } as const;
  return {
    before: (progress) => writeShards(folder, blocks, progress),
    contestants: { ours: { module: 'block-ours', settings: { threads: THREADS, folder, blocks } } },
    turns: rounds(5, 'ours.streamed', 'ours.gemms'),
    rows: [{ ...row, peer: 'its four GEMMs', ours: 'ours.streamed', theirs: 'ours.gemms' }],
  };
}

function towerContest(folder: string, blocks: number): Contest {
  const settings = { threads: THREADS, folder, blocks };
  const rowsOf = (arithmetic: 'exact' | 'fast'): RowPlan[] => {
    const row = {
      name: `internvit-6b ${LAYERS} blocks ${arithmetic}`,
      threads: THREADS,
      ours: `${arithmetic}.all`,
    };
    const time = {
      peer: 'onnxruntime-web, GEMMs only',
      unit: 's',
      theirs: 'web.run',
      goal: TIME_GOAL,
    } as const;
    const memory = { peer: 'at most 2 GB', unit: 'GB', theirs: { budget: MEMORY_BUDGET }, goal: 1 } as const;
    return [
      { ...row, ...time, timesTheirs: LAYERS },
      { ...row, ...memory, name: `${row.name}, peak memory` },
    ];
  };
  return {
    before: (progress) => writeShards(folder, blocks, progress),
    contestants: {
      exact: { module: 'tower-ours', settings: { ...settings, arithmetic: 'exact' } },
      fast: { module: 'tower-ours', settings: { ...settings, arithmetic: 'fast' } },
      web: { module: 'block-gemms-onnx', settings: { threads: THREADS } },
    },
    turns: ['web.run', 'web.run', 'exact.all', 'web.run', 'web.run', 'fast.all', 'web.run', 'web.run'],
    rows: [...rowsOf('exact'), ...rowsOf('fast')],
  };
}
