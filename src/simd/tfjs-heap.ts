/**
 * tfjs's own WebAssembly heap as a place for kernels: they read its tensors where they lie, without a copy.
 *
 * The module has no data of its own and no fixed addresses; what it needs is allocated like a tensor.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Heap } from './heap.js';
import { instantiateKernels } from './instantiate.mjs';
import { type Build, kernelModule } from './kernel-module.js';
import { CONTROL_BYTES, Kernels } from './kernels.js';

/** The part of tfjs's `BackendWasm` that kernels need. */
export interface TfjsWasm {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(dataId: tf.DataId): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
}

/** Where a tensor lies in the heap. */
export function addressOf(backend: TfjsWasm, tensor: tf.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0;
}

/** The kernels on the heap of the wasm backend that runs now, on one thread. */
export async function kernelsInPlace(build: Build): Promise<Kernels> {
  const { wasm } = tf.backend() as unknown as TfjsWasm; // the backend is 'wasm'
  const { memory } = wasm.asm;
  const heap: Heap = {
    memory,
    allocate: (bytes) => wasm._malloc(bytes) >>> 0,
    free: (address) => wasm._free(address),
  };
  const exports = instantiateKernels(await kernelModule(build, false), memory);
  return new Kernels(exports, heap, heap.allocate(CONTROL_BYTES));
}
