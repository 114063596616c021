/**
 * A loop whose time says how much of the core this process had: nothing but multiply-adds on registers, so it is
 * slower only when something else takes the core, its sibling, or its clock.
 */
import { peakFlops, peakMultiplyAdds } from '../../../src/simd/limits.js';
import { privateKernels } from '../../../src/simd/private-kernels.js';

/** Some 2 ms. */
const ROUNDS = 1500;
const WARM_UPS = 50;

/** What one loop does, in floating-point operations. */
export const CANARY_FLOPS = peakFlops({ units: 1, rounds: ROUNDS });

/** Milliseconds of one loop. */
export async function createCanary(): Promise<() => number> {
  const kernels = await privateKernels();
  for (let i = 0; i < WARM_UPS; i++) peakMultiplyAdds(kernels, { units: 1, rounds: 10 });
  return () => {
    const start = performance.now();
    peakMultiplyAdds(kernels, { units: 1, rounds: ROUNDS });
    return performance.now() - start;
  };
}
