/** The four matrix products of a block of InternViT-6B in onnxruntime, float32, one model. */
import { internVit6B } from '../../../src/vision/config.js';
import type { Prepared } from '../contestant/sampler.js';
import { OnnxGraph } from '../onnx/model.js';
import { TOKENS } from './block-6b.js';
import { type OnnxSettings, onnxModel } from './onnx-session.js';
import { valuesOf } from './values.js';

export async function prepare(settings: OnnxSettings): Promise<Prepared> {
  const { hiddenSize: C, intermediateSize: M } = internVit6B;
  const model = await onnxModel(settings, productsModel(C, M), {
    x: { values: valuesOf('x', TOKENS * C), shape: [TOKENS, C] },
    h: { values: valuesOf('h', TOKENS * M), shape: [TOKENS, M] },
  });
  return { samplers: { run: { run: model.run } } };
}

/** x·W_qkv, x·W_proj, x·W_fc1, h·W_fc2: independent products, all of them outputs. */
function productsModel(C: number, M: number): Uint8Array<ArrayBuffer> {
  const graph = new OnnxGraph();
  const product = (input: string, k: number, n: number) => ({
    name: graph.node('MatMul', [input, graph.constant(valuesOf('weights', k * n), [k, n])]),
    shape: [TOKENS, n],
  });
  const outputs = [product('x', C, 3 * C), product('x', C, C), product('x', C, M), product('h', M, C)];
  return graph.write(
    [
      { name: 'x', shape: [TOKENS, C] },
      { name: 'h', shape: [TOKENS, M] },
    ],
    outputs,
  );
}
