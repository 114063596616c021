/**
 * Identity for the wasm backend, in place of tfjs's own, which copies the data. tfjs clones every tensor that a
 * gradient keeps; a second reference to the same data does, for no kernel ever changes its inputs.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The part of tfjs's `BackendWasm` that counts references. */
interface ReferenceCounter {
  incRef(dataId: tf.DataId): void;
}

const identity: tf.KernelFunc = ({ inputs, backend }) => {
  const { x } = inputs;
  if (x === undefined) throw new Error('Identity: expected an input x');
  (backend as ReferenceCounter).incRef(x.dataId); // of the wasm backend
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
};

/** Replaces the kernel. A second call changes nothing. */
export function registerIdentityKernel(): void {
  tf.unregisterKernel(tf.Identity, 'wasm');
  tf.registerKernel({ kernelName: tf.Identity, backendName: 'wasm', kernelFunc: identity });
}
