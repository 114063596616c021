/** All parts of the bench, in the order in which they run. */
import type { Contest, Part } from './contest.js';
import { gemmPart } from './parts/gemm.js';
import { vitB16Part } from './parts/vit-b16.js';

/** What differs from run to run. */
export interface BenchPlan {
  /** The folder from which `onnxruntime-node` can be loaded, where it is installed. */
  readonly native?: string;
  /** Where large files may be written. */
  readonly folder: string;
  /** Blocks of InternViT-6B to write there; as many as fit when left out. */
  readonly blocks?: number;
}

/** @throws RangeError when `only` names a part that does not exist. No name means all. */
export function partsOf(plan: BenchPlan, only: readonly string[]): Part[] {
  const all = [gemmPart(plan), vitB16Part(plan)];
  const unknown = only.find((name) => !all.some((part) => part.name === name));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(', ');
    throw new RangeError(`--only: expected one of ${names}, got ${unknown}`);
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}

export const contestsOf = (parts: readonly Part[]): Contest[] => parts.flatMap(({ contests }) => contests);
