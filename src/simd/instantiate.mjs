/** The kernels' module on a memory, with what it calls to sleep and to wake: the same for every thread. */

/**
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 * @returns {import('./kernels.js').KernelExports}
 */
export function instantiateKernels(module, memory) {
  const word = (/** @type {number} */ address) => new Int32Array(memory.buffer, address >>> 0, 1);
  const env = {
    memory,
    sleep: (/** @type {number} */ address, /** @type {number} */ expected) => {
      Atomics.wait(word(address), 0, expected);
    },
    wake: (/** @type {number} */ address) => {
      Atomics.notify(word(address), 0);
    },
  };
  const { exports } = new WebAssembly.Instance(module, { env });
  return /** @type {import('./kernels.js').KernelExports} */ (/** @type {unknown} */ (exports)); // of our module
}
