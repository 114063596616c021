/** All parts of the bench, in the order in which they run. */
import type { Contest, Part } from './contest.js';
import { attentionPart } from './parts/attention.js';
import { decodingPart } from './parts/decoding.js';
import { gemmPart } from './parts/gemm.js';
import { gemvPart } from './parts/gemv.js';
import { internVit6BPart } from './parts/internvit-6b.js';
import { linearPart } from './parts/linear.js';
import { programPart } from './parts/program.js';
import { qllama8BPart } from './parts/qllama-8b.js';
import { trainingPart } from './parts/training.js';
import { vitB16Part } from './parts/vit-b16.js';

/** What differs from run to run. */
export interface BenchPlan {
  /** The folder from which `onnxruntime-node` can be loaded, where it is installed. */
  readonly native?: string;
  /** Where large files may be written. */
  readonly folder: string;
  /** Blocks of InternViT-6B to write there. */
  readonly blocks: number;
}

const PARTS = [
  ...[gemmPart, attentionPart, gemvPart, linearPart, vitB16Part],
  ...[decodingPart, internVit6BPart, qllama8BPart, trainingPart, programPart],
];

/** @throws RangeError when `only` names a part that does not exist. No name means all. */
export function partsOf(plan: BenchPlan, only: readonly string[]): Part[] {
  const all = PARTS.map((part) => part(plan));
  const unknown = only.find((name) => !all.some((part) => part.name === name));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(', ');
    throw new RangeError(`--only: expected one of ${names}, got ${unknown}`);
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}

export const contestsOf = (parts: readonly Part[]): Contest[] => parts.flatMap(({ contests }) => contests);
