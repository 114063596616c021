/**
 * A step of LLaMA as an ONNX model: one token's vector and the keys and values before it, to scores and the keys and
 * values with it. Normalisation, rotation and attention are onnxruntime's own.
 */
import type { LlamaConfig } from '../../../src/llama/config.js';
import { ropeTable } from '../../../src/nn/rope.js';
import { OnnxGraph, type Value } from './model.js';

/** The weights of a matrix [In, Out]. */
export type Matrix = (name: string) => { readonly values: Float32Array; readonly shape: readonly number[] };

export interface OnnxLlama {
  readonly model: Uint8Array<ArrayBuffer>;
  /** What lies in the file `weights`. */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** In the order of its outputs: the scores, then keys and values of each layer, inputs under the same names. */
  readonly outputs: readonly string[];
}

/** Input `x` [1, 1, C] and `past.0` … [1, H, P, D] of all layers. */
export function llamaModel(config: LlamaConfig, matrix: Matrix): OnnxLlama {
  const llama = new LlamaGraph(config, matrix);
  let x = 'x';
  for (let i = 0; i < config.numLayers; i++) x = llama.layer(x, i);
  const scores = llama.product(llama.norm(x), 'head');
  const { graph, past, present } = llama;
  const { numHeads: H, hiddenSize: C, vocabSize } = config;
  const cached = (names: readonly string[], size: string): Value[] =>
    names.map((name) => ({ name, shape: [1, H, size, C / H] }));
  const inputs = [{ name: 'x', shape: [1, 1, C] }, ...cached(past, 'P')];
  const outputs = [{ name: scores, shape: [1, 1, vocabSize] }, ...cached(present, 'K')];
  const model = graph.write(inputs, outputs);
  return { model, weights: graph.outsideBytes(), outputs: outputs.map(({ name }) => name) };
}

class LlamaGraph {
  readonly graph = new OnnxGraph('weights');
  readonly past: string[] = [];
  readonly present: string[] = [];
  readonly #config: LlamaConfig;
  readonly #matrix: Matrix;
  readonly #tables: readonly string[];
  readonly #ones: string;

  constructor(config: LlamaConfig, matrix: Matrix) {
    this.#config = config;
    this.#matrix = matrix;
    this.#ones = this.graph.constant(new Float32Array(config.hiddenSize).fill(1), [config.hiddenSize]);
    this.#tables = this.#rotaryTables();
  }

  /** x ← x + selfAttention(norm(x));  x ← x + mlp(norm(x)). */
  layer(x: string, i: number): string {
    const { graph } = this;
    const middle = graph.node('Add', [x, this.#attention(this.norm(x), i)]);
    const normed = this.norm(middle);
    const gate = this.product(normed, `${i}.gate`);
    const gated = graph.node('Mul', [gate, graph.node('Sigmoid', [gate])]);
    const hidden = graph.node('Mul', [gated, this.product(normed, `${i}.up`)]);
    return graph.node('Add', [middle, this.product(hidden, `${i}.down`)]);
  }

  norm(x: string): string {
    const attributes = { axis: { integer: 2 }, epsilon: { float: this.#config.normEps } };
    return this.graph.node('SimplifiedLayerNormalization', [x, this.#ones], { attributes });
  }

  product(x: string, name: string): string {
    const { values, shape } = this.#matrix(name);
    return this.graph.node('MatMul', [x, this.graph.constant(values, shape)]);
  }

  #attention(x: string, i: number): string {
    const { graph } = this;
    const [pastKeys, pastValues] = [`past.${2 * i}`, `past.${2 * i + 1}`];
    // As many tokens as there are before, so far is the new one
    const position = graph.node('Shape', [pastKeys], {
      attributes: { start: { integer: 2 }, end: { integer: 3 } },
    });
    const rotated = (name: string) =>
      graph.node('RotaryEmbedding', [this.product(x, `${i}.${name}`), position, ...this.#tables], {
        domain: 'com.microsoft',
      });
    const given = [rotated('q'), rotated('k'), this.product(x, `${i}.v`), '', '', '', pastKeys, pastValues];
    const mixed = graph.node('MultiHeadAttention', given, {
      domain: 'com.microsoft',
      attributes: { num_heads: { integer: this.#config.numHeads } },
      outputs: 3,
    });
    this.past.push(pastKeys, pastValues);
    this.present.push(`${mixed}:1`, `${mixed}:2`);
    return this.product(mixed, `${i}.o`);
  }

  #rotaryTables(): string[] {
    const { maxPositions, hiddenSize, numHeads, ropeBase } = this.#config;
    const D = hiddenSize / numHeads;
    const { cos, sin } = ropeTable(
      Array.from({ length: maxPositions }, (_, p) => p),
      D,
      ropeBase,
    );
    return [cos, sin].map((table) => this.graph.constant(table.dataSync<'float32'>(), [maxPositions, D / 2]));
  }
}
