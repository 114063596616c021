/**
 * The UnsortedSegmentSum kernel, which the WebAssembly backend of tfjs lacks: y[s] = Σ x[i] over the i with
 * segmentIds[i] = s. It is the gradient of `tf.gather`, so without it embeddings cannot be trained.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The part of tfjs's `BackendWasm` that a kernel in JavaScript needs. */
interface WasmHeap {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array;
}

/** Registers the kernel with the wasm backend. A second call changes nothing. */
export function registerUnsortedSegmentSum(): void {
  if (tf.getKernel(tf.UnsortedSegmentSum, 'wasm')) return;
  tf.registerKernel({
    kernelName: tf.UnsortedSegmentSum,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs;
      const { numSegments } = attrs as { numSegments: number }; // tf.UnsortedSegmentSumAttrs
      if (x === undefined || segmentIds === undefined) throw new Error('expected x and segmentIds');
      return segmentSum(backend as WasmHeap, x, segmentIds, numSegments);
    },
  });
}

/** [ids…, inner…] → [numSegments, inner…]. Rows with a negative id are dropped, as TensorFlow does. */
function segmentSum(
  heap: WasmHeap,
  x: tf.TensorInfo,
  segmentIds: tf.TensorInfo,
  numSegments: number,
): tf.TensorInfo {
  const tooLarge = heap.typedArrayFromHeap(segmentIds).find((id) => id >= numSegments);
  if (tooLarge !== undefined) {
    throw new RangeError(`expected segment ids below ${numSegments}, got ${tooLarge}`);
  }
  const inner = x.shape.slice(segmentIds.shape.length);
  const out = heap.makeOutput([numSegments, ...inner], x.dtype);
  const sums = heap.typedArrayFromHeap(out).fill(0); // views only after makeOutput: the heap may have moved
  const values = heap.typedArrayFromHeap(x);
  const width = inner.reduce((size, n) => size * n, 1);
  heap.typedArrayFromHeap(segmentIds).forEach((segment, i) => {
    if (segment < 0) return;
    const to = segment * width;
    for (let c = 0; c < width; c++) sums[to + c] = (sums[to + c] ?? 0) + (values[i * width + c] ?? 0);
  });
  return out;
}
