/**
 * What happens between two steps, as kernels over the memory that the ranks share: their gradients are added,
 * clipped together, and AdamW moves the parameters. The numbers are those of `clip-gradients.ts` and `adamw.ts`.
 */
import { adamW } from '../simd/adamw.js';
import { sumGradients, sumOfSquares } from '../simd/gradients.js';
import type { Kernels } from '../simd/kernels.js';
import type { AdamWSettings, AdamWState, Moments } from './adamw.js';
import { clipCoefficient, clipGradients } from './clip-gradients.js';
import { type ParameterGroups, plannedUpdates } from './parameter-groups.js';

/** Arrays that lie in the memory of `kernels`, by name of the parameter. */
export interface SharedParameters {
  readonly kernels: Kernels;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Of rank 0; the sum of all ranks after `addGradients`. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Adds the gradients of all ranks to that of rank 0: the same order of additions every time. */
export function addGradients(kernels: Kernels, [first, ...others]: readonly Float32Array[]): void {
  if (first === undefined || others.length === 0) return;
  const gradients = [first, ...others].map(({ byteOffset }) => byteOffset);
  sumGradients(kernels, { gradients, sum: first.byteOffset, count: first.length });
}

/**
 * One AdamW step with the gradients scaled so that their joint norm is at most `clipNorm`; returns the norm they
 * had.
 *
 * @throws RangeError when the norm is not finite; nothing changes then.
 */
export function optimizerStep(
  { kernels, parameters, gradients }: SharedParameters,
  state: AdamWState,
  groups: ParameterGroups,
  settings: AdamWSettings & { readonly clipNorm: number },
): number {
  const { clipNorm, betas, eps } = settings;
  let squares = 0;
  for (const { byteOffset, length } of gradients.values())
    squares += sumOfSquares(kernels, byteOffset, length);
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm)) clipGradients(gradients, clipNorm); // throws, naming the first that is not
  const clip = clipCoefficient(norm, clipNorm);
  for (const update of plannedUpdates(parameters, gradients, groups, settings)) {
    const { name, parameter, gradient, learningRate, weightDecay } = update;
    const moments = momentsOf(kernels, state, name, parameter.length);
    moments.step += 1;
    adamW(kernels, {
      parameter: parameter.byteOffset,
      gradient: gradient.byteOffset,
      first: moments.first.byteOffset,
      second: moments.second.byteOffset,
      count: parameter.length,
      ...{ learningRate, weightDecay, betas, clip, step: moments.step, ...(eps !== undefined && { eps }) },
    });
  }
  return norm;
}

/** In whose memory moments lie, if in any. */
const homes = new WeakMap<Moments, Kernels>();

/** The moments of a parameter, in the kernels' memory: moved there from a resume point, or new. */
function momentsOf(kernels: Kernels, state: AdamWState, name: string, size: number): Moments {
  const known = state.get(name);
  if (known && homes.get(known) === kernels) return known;
  const [first, second] = [sharedFloats(kernels, size), sharedFloats(kernels, size)];
  if (known) first.set(known.first);
  if (known) second.set(known.second);
  const moments = { step: known?.step ?? 0, first, second };
  homes.set(moments, kernels);
  state.set(name, moments);
  return moments;
}

/** Zeros in the kernels' memory. */
export function sharedFloats(kernels: Kernels, length: number): Float32Array {
  return kernels.floats(kernels.heap.allocate(4 * length), length).fill(0);
}
