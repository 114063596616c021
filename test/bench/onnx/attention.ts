/**
 * softmax(q·kᵀ/√D)·v as an ONNX model. onnxruntime fuses the transposition and the scale into its product; its
 * own `MultiHeadAttention` is a few percent slower.
 */
import { OnnxGraph } from './model.js';

/** Inputs `q`, `k`, `v` and the output are [H, T, D]. */
export function attentionModel(H: number, T: number, D: number): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  const keys = graph.node('Transpose', ['k'], { attributes: { perm: { integers: [0, 2, 1] } } });
  const scores = graph.node('MatMul', [graph.node('Mul', ['q', graph.scalar(D ** -0.5)]), keys]);
  const mixed = graph.node('MatMul', [graph.node('Softmax', [scores]), 'v']);
  const value = (name: string) => ({ name, shape: [H, T, D] });
  return graph.write(['q', 'k', 'v'].map(value), [value(mixed)]);
}
