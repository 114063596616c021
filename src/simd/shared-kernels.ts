/** Kernels on one thread, in a memory that other threads can look into: for an optimiser that many feed. */
import { EngineHeap } from './engine-heap.js';
import { instantiateKernels } from './instantiate.mjs';
import { hasRelaxedSimd, kernelModule } from './kernel-module.js';
import { CONTROL_BYTES, Kernels } from './kernels.js';

const MAX_PAGES = 65536; // what a shared module states
const PAGE = 65536;

/** The memory may grow to `limit` bytes; its buffer is a SharedArrayBuffer. */
export async function sharedKernels(limit = (MAX_PAGES - 1) * PAGE): Promise<Kernels> {
  const module = await kernelModule((await hasRelaxedSimd()) ? 'relaxed' : 'baseline', true);
  const memory = new WebAssembly.Memory({ initial: 16, maximum: MAX_PAGES, shared: true });
  const heap = new EngineHeap(memory, limit);
  return new Kernels(instantiateKernels(module, memory), heap, heap.allocate(CONTROL_BYTES));
}
