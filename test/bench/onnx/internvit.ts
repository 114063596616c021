/**
 * InternViT as an ONNX model, with the operations that onnxruntime is fastest with: the same weights, from the
 * same source, in the same order of computation as `src/vision`.
 */
import type { FloatSource } from '../../../src/checkpoint/float-source.js';
import { transposeBand } from '../../../src/checkpoint/transpose.js';
import { gridSide, type InternVitConfig } from '../../../src/vision/config.js';
import { OnnxGraph } from './model.js';

/** Input `pixels` [B, 3, Y, X], output the states of all tokens [B, N, C]. */
export async function internVitModel(
  config: InternVitConfig,
  source: FloatSource,
): Promise<Uint8Array<ArrayBuffer>> {
  const vit = new InternVitGraph(config, source);
  let x = await vit.embeddings('pixels');
  for (let i = 0; i < config.numLayers; i++) x = await vit.block(x, `encoder.layers.${i}`);
  const { imageSize, numChannels, hiddenSize } = config;
  const input = { name: 'pixels', shape: ['B', numChannels, imageSize, imageSize] };
  return vit.graph.write([input], [{ name: x, shape: ['B', gridSide(config) ** 2 + 1, hiddenSize] }]);
}

class InternVitGraph {
  readonly graph = new OnnxGraph();
  readonly #config: InternVitConfig;
  readonly #source: FloatSource;

  constructor(config: InternVitConfig, source: FloatSource) {
    this.#config = config;
    this.#source = source;
  }

  /** [class ‖ patches·W + b] + positions. */
  async embeddings(pixels: string): Promise<string> {
    const { hiddenSize: C, patchSize: P, numChannels } = this.#config;
    const { graph } = this;
    const name = 'embeddings.patch_embedding';
    const kernel = await this.#constant(`${name}.weight`, [C, numChannels, P, P]);
    const bias = await this.#constant(`${name}.bias`, [C]);
    const attributes = { kernel_shape: { integers: [P, P] }, strides: { integers: [P, P] } };
    const map = graph.node('Conv', [pixels, kernel, bias], { attributes }); // [B, C, Y/P, X/P]
    const flat = graph.node('Reshape', [map, graph.integers([0, C, -1])]);
    const patches = graph.node('Transpose', [flat], { attributes: { perm: { integers: [0, 2, 1] } } });
    const batch = graph.node('Shape', [pixels], { attributes: { end: { integer: 1 } } });
    const sizes = graph.node('Concat', [batch, graph.integers([1, C])], {
      attributes: { axis: { integer: 0 } },
    });
    const classRow = await this.#constant('embeddings.class_embedding', [1, 1, C]);
    const tokens = [graph.node('Expand', [classRow, sizes]), patches];
    const joined = graph.node('Concat', tokens, { attributes: { axis: { integer: 1 } } });
    const shape = [1, gridSide(this.#config) ** 2 + 1, C];
    return graph.node('Add', [joined, await this.#constant('embeddings.position_embedding', shape)]);
  }

  /** x ← x + attention(norm₁(x))·ls₁;  x ← x + mlp(norm₂(x))·ls₂. */
  async block(x: string, at: string): Promise<string> {
    const attended = await this.#attention(await this.#rmsNorm(x, `${at}.norm1`), `${at}.attn`);
    const middle = await this.#scaledSum(x, attended, `${at}.ls1`);
    const transformed = await this.#mlp(await this.#rmsNorm(middle, `${at}.norm2`), `${at}.mlp`);
    return this.#scaledSum(middle, transformed, `${at}.ls2`);
  }

  async #attention(x: string, at: string): Promise<string> {
    const { hiddenSize: C, numHeads } = this.#config;
    const qkv = await this.#product(x, `${at}.qkv`, C, 3 * C);
    const attributes = { axis: { integer: 2 }, num_outputs: { integer: 3 } };
    const q = this.graph.node('Split', [qkv], { attributes, outputs: 3 });
    const queries = await this.#rmsNorm(q, `${at}.q_norm`);
    const keys = await this.#rmsNorm(`${q}:1`, `${at}.k_norm`);
    const mixed = this.graph.node('MultiHeadAttention', [queries, keys, `${q}:2`], {
      domain: 'com.microsoft',
      attributes: { num_heads: { integer: numHeads } },
    });
    return this.#linear(mixed, `${at}.proj`, C, C);
  }

  async #mlp(x: string, at: string): Promise<string> {
    const { hiddenSize: C, intermediateSize: M } = this.#config;
    const hidden = await this.#product(x, `${at}.fc1`, C, M);
    const bias = await this.#constant(`${at}.fc1.bias`, [M]);
    const activated = this.graph.node('BiasGelu', [hidden, bias], { domain: 'com.microsoft' });
    return this.#linear(activated, `${at}.fc2`, M, C);
  }

  /** x + branch·ls. */
  async #scaledSum(x: string, branch: string, scale: string): Promise<string> {
    const factors = await this.#constant(scale, [this.#config.hiddenSize]);
    return this.graph.node('Add', [x, this.graph.node('Mul', [branch, factors])]);
  }

  async #rmsNorm(x: string, at: string): Promise<string> {
    const weight = await this.#constant(`${at}.weight`, [this.#config.hiddenSize]);
    const attributes = { axis: { integer: 2 }, epsilon: { float: this.#config.normEps } };
    return this.graph.node('SimplifiedLayerNormalization', [x, weight], { attributes });
  }

  async #linear(x: string, at: string, In: number, Out: number): Promise<string> {
    const product = await this.#product(x, at, In, Out);
    return this.graph.node('Add', [product, await this.#constant(`${at}.bias`, [Out])]);
  }

  /** x·Wᵀ, the weight being [Out, In] in the source and [In, Out] in the model. */
  async #product(x: string, at: string, In: number, Out: number): Promise<string> {
    const values = await this.#source.read(`${at}.weight`, [Out, In]);
    const transposed = new Float32Array(values.length);
    transposeBand(values, In, transposed, { first: 0, rows: Out });
    return this.graph.node('MatMul', [x, this.graph.constant(transposed, [In, Out])]);
  }

  async #constant(name: string, shape: readonly number[]): Promise<string> {
    return this.graph.constant(await this.#source.read(name, shape), shape);
  }
}
