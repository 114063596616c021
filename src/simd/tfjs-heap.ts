/**
 * tfjs's own WebAssembly heap as a place for kernels: they read its tensors where they lie, without a copy.
 *
 * The module has no data of its own and no fixed addresses; what it needs is allocated like a tensor.
 */
import * as tf from '@tensorflow/tfjs-core';

import { EngineError } from './engine-error.js';
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
  disposeData(dataId: tf.DataId): boolean;
}

/** Where a tensor lies in the heap. @throws EngineError when the heap had no room for it. */
export function addressOf({ dataIdMap, wasm }: TfjsWasm, { dataId, shape }: tf.TensorInfo): number {
  return given(dataIdMap.get(dataId).memoryOffset, wasm.asm.memory, `a tensor [${shape.join(', ')}]`);
}

/** tfjs goes on when its heap is full: what it could not place lies at address 0, where it keeps other things. */
function given(address: number, { buffer }: WebAssembly.Memory, what: string): number {
  if (address !== 0) return address >>> 0; // from 2 GiB on it is negative
  const heap = `a heap of ${buffer.byteLength} bytes that cannot grow`;
  throw new EngineError(`expected room for ${what} among the tensors of tfjs, got ${heap}: dispose of some`);
}

/** The kernels on the heap of the wasm backend that runs now, on one thread. */
export async function kernelsInPlace(build: Build): Promise<Kernels> {
  const { wasm } = tf.backend() as unknown as TfjsWasm; // the backend is 'wasm'
  const { memory } = wasm.asm;
  const heap = alignedHeap({
    memory,
    allocate: (bytes) => given(wasm._malloc(bytes), memory, `${bytes} bytes`),
    free: (address) => wasm._free(address),
  });
  const exports = instantiateKernels(await kernelModule(build, false), memory);
  return new Kernels(exports, heap, heap.allocate(CONTROL_BYTES));
}

const ALIGNMENT = 64;

/**
 * The same heap, whose addresses begin a cache line: tfjs's are multiples of 8 only, and packed panels are read
 * fastest where no vector crosses two lines (measured: a product is up to a third faster).
 */
function alignedHeap({ memory, allocate, free }: Heap): Heap {
  const given = new Map<number, number>();
  return {
    memory,
    allocate: (bytes) => {
      const address = allocate(bytes + ALIGNMENT);
      const aligned = Math.ceil(address / ALIGNMENT) * ALIGNMENT;
      given.set(aligned, address);
      return aligned;
    },
    free: (address) => {
      free(given.get(address) ?? address);
      given.delete(address);
    },
  };
}
