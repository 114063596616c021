/**
 * Tokens a second of a LLaMA with 0.47 G weights (8 layers, 2048 wide, a vocabulary of 32,000), one row, greedily:
 * ours with int8 weights against llama.cpp with the same numbers in Q8_0, both in Chromium, and against onnxruntime
 * with the same in float32.
 */
import { join } from 'node:path';

import { type Contest, type Part, type RowPlan, rounds } from '../contest.js';
import { writeLlama } from '../gguf/llama.js';
import { WITHIN } from '../llama/likeliest.js';
import type { BenchPlan } from '../parts.js';

const GOAL = 1.2;
/** What rounding activations to 16 bits costs. */
const WITHIN_ROUNDING = 2e-3;

export function decodingPart(plan: BenchPlan): Part {
  const model = join(plan.folder, `internvl-gguf-${process.pid}`, 'llama-q8_0.gguf');
  return {
    name: 'decoding',
    about: 'tokens of a LLaMA, one by one',
    contests: [1, 2].flatMap((threads) => [browserContest(threads, model), nodeContest(threads)]),
  };
}

function browserContest(threads: number, model: string): Contest {
  const row = { name: 'decode int8, Chromium', threads, unit: 'tokens/s', ours: 'ours.run' } as const;
  const settings = { threads, model };
  return {
    before: (progress) => writeLlama(model, progress),
    contestants: {
      ours: { module: 'llama-chromium', settings: { ...settings, side: 'ours' } },
      wllama: { module: 'llama-chromium', settings: { ...settings, side: 'wllama' } },
    },
    turns: rounds(5, 'ours.run', 'wllama.run'),
    agree: [{ output: 'ours.likeliest', with: 'wllama.likeliest', within: WITHIN }],
    rows: [{ ...row, peer: 'wllama, Q8_0', theirs: 'wllama.run', goal: GOAL }],
  };
}

function nodeContest(threads: number): Contest {
  const row = { name: 'decode int8', threads, unit: 'tokens/s', ours: 'ours.run' } as const;
  const rows: readonly RowPlan[] = [
    { ...row, peer: 'onnxruntime-web, float32', theirs: 'web.run', goal: null },
    { ...row, peer: 'reading the weights alone', theirs: 'ours.read', goal: null },
  ];
  return {
    contestants: {
      ours: { module: 'llama-ours', settings: { threads } },
      web: { module: 'llama-onnx', settings: { threads } },
    },
    turns: rounds(5, 'ours.run', 'ours.read', 'web.run'),
    agree: [{ output: 'ours.logits', with: 'web.logits', within: WITHIN_ROUNDING }],
    rows,
  };
}
