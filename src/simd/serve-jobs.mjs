/** What every thread beyond the first does: instantiates the kernels on the shared memory and serves. */

import { instantiateKernels } from './instantiate.mjs';

/**
 * Works until the engine says quit. A trap ends the thread and leaves a flag, so that nobody waits for it.
 *
 * @param {import('./thread-starter.js').ThreadStart} start
 */
export function serveJobs({ module, memory, control, fault, thread, polls }) {
  try {
    const kernels = instantiateKernels(module, memory);
    kernels.start(control);
    kernels.serve(thread, polls);
  } catch {
    Atomics.store(new Int32Array(memory.buffer, fault, 1), 0, 1);
  }
}
