/** Kernels on one thread with a private memory of their own: where there are no threads, and in tests. */
import { EngineHeap } from './engine-heap.js';
import { instantiateKernels } from './instantiate.mjs';
import { type Build, hasRelaxedSimd, kernelModule } from './kernel-module.js';
import { CONTROL_BYTES, Kernels } from './kernels.js';

const MAX_PAGES = 65536;

/** `baseline` where relaxed SIMD is missing. */
export async function privateKernels(build: Build = 'relaxed', limit = MAX_PAGES * 65536): Promise<Kernels> {
  const possible = build === 'relaxed' && (await hasRelaxedSimd()) ? 'relaxed' : 'baseline';
  const module = await kernelModule(possible, false);
  const heap = new EngineHeap(new WebAssembly.Memory({ initial: 16, maximum: MAX_PAGES }), limit);
  const exports = instantiateKernels(module, heap.memory);
  return new Kernels(exports, heap, heap.allocate(CONTROL_BYTES));
}
