/** y = x·W as an ONNX model, W a constant: what onnxruntime may pack for itself once, before it is timed. */
import { OnnxGraph } from './model.js';

/** `weights` is [k, n]. Input `x` [m, k], output `y` [m, n]. */
export function matmulModel(weights: Float32Array, k: number, n: number): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  const product = graph.node('MatMul', ['x', graph.constant(weights, [k, n])]);
  return graph.write([{ name: 'x', shape: ['m', k] }], [{ name: product, shape: ['m', n] }]);
}
