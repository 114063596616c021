/**
 * A whole InternVL, made by a rule, for which outputs of the official code are known
 * (`golden-values.test.ts`). Its sizes are not those of InternVL-14B, so that a number written down in a
 * forward shows.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { FloatSource } from '../../src/checkpoint/float-source.js';
import type { InternVLConfig } from '../../src/contrastive/config.js';
import type { Tensor } from '../../src/nn/tensor.js';

export const goldenConfig: InternVLConfig = {
  vision: {
    numChannels: 3,
    imageSize: 28,
    patchSize: 14,
    hiddenSize: 60,
    numHeads: 5,
    intermediateSize: 100,
    numLayers: 3,
    normEps: 1e-6,
    qkvBias: false,
    qkNormalization: true,
    initializerFactor: 0.1,
    dropPathRate: 0,
  },
  qllama: {
    vocabSize: 50,
    hiddenSize: 64,
    intermediateSize: 96,
    numLayers: 4,
    numHeads: 4,
    normEps: 1e-6,
    maxPositions: 256,
    ropeBase: 10000,
    bosTokenId: 1,
    eosTokenId: 2,
    padTokenId: 0,
    numQueries: 96,
    crossAttentionFrequency: 2,
    visionHiddenSize: 60,
  },
  clipEmbedDim: 8,
  attnPoolNumHeads: 4,
  forceImageSize: null,
  labelSmoothing: 0,
};

type Shapes = Record<string, readonly number[]>;

const under = (prefix: string, shapes: Shapes): Shapes =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${prefix}.${name}`, shape]));

const repeated = (count: number, prefix: string, shapesOf: (i: number) => Shapes): Shapes =>
  Object.assign({}, ...Array.from({ length: count }, (_, i) => under(`${prefix}.${i}`, shapesOf(i))));

// biome-ignore format: a tensor or two a line
const visionBlock: Shapes = {
  ls1: [60], ls2: [60], 'norm1.weight': [60], 'norm2.weight': [60],
  'attn.qkv.weight': [180, 60], 'attn.q_norm.weight': [60], 'attn.k_norm.weight': [60],
  'attn.proj.weight': [60, 60], 'attn.proj.bias': [60],
  'mlp.fc1.weight': [100, 60], 'mlp.fc1.bias': [100], 'mlp.fc2.weight': [60, 100], 'mlp.fc2.bias': [60],
};

// biome-ignore format: a tensor or two a line
const crossAttention: Shapes = {
  'norm1.weight': [64], 'norm2.weight': [60], 'q_proj.weight': [64, 64],
  'k_proj.weight': [64, 60], 'v_proj.weight': [64, 60], 'o_proj.weight': [64, 64],
};

// biome-ignore format: a tensor or two a line
const qllamaLayer = (i: number): Shapes => ({
  'self_attn.q_proj.weight': [64, 64], 'self_attn.k_proj.weight': [64, 64],
  'self_attn.v_proj.weight': [64, 64], 'self_attn.o_proj.weight': [64, 64],
  'mlp.gate_proj.weight': [96, 64], 'mlp.up_proj.weight': [96, 64], 'mlp.down_proj.weight': [64, 96],
  'input_layernorm.weight': [64], 'post_attention_layernorm.weight': [64],
  ...(i % 2 === 0 ? under('cross_attn', crossAttention) : {}),
});

// biome-ignore format: a tensor or two a line
const pool = (C: number): Shapes => ({
  'norm1_q.weight': [C], 'norm1_q.bias': [C], 'norm1_k.weight': [C], 'norm1_k.bias': [C],
  'norm1_v.weight': [C], 'norm1_v.bias': [C],
  'cross_attn.q.weight': [C, C], 'cross_attn.k.weight': [C, C], 'cross_attn.v.weight': [C, C],
  'cross_attn.q_bias': [C], 'cross_attn.k_bias': [C], 'cross_attn.v_bias': [C],
  'cross_attn.proj.weight': [8, C], 'cross_attn.proj.bias': [8],
});

/** The shape of every tensor, by its official name. */
export const goldenShapes: Readonly<Shapes> = {
  ...under('vision_model.embeddings', {
    class_embedding: [1, 1, 60],
    position_embedding: [1, 5, 60],
    'patch_embedding.weight': [60, 3, 14, 14],
    'patch_embedding.bias': [60],
  }),
  ...repeated(3, 'vision_model.encoder.layers', () => visionBlock),
  'qllama.model.embed_tokens.weight': [50, 64],
  ...repeated(4, 'qllama.model.layers', qllamaLayer),
  'qllama.model.norm.weight': [64],
  'qllama.lm_head.weight': [50, 64],
  query_tokens: [1, 96, 64],
  text_projection: [64, 8],
  logit_scale: [],
  'itm_head.weight': [2, 64],
  'itm_head.bias': [2],
  ...under('clip_projector', pool(60)),
  ...under('clip_projector2', pool(64)),
};

/** Names in the order of their bytes: a tensor's place in it seeds its values. */
export const goldenNames = Object.keys(goldenShapes).sort();

/** The weights, to be read by the project's own readers. */
export const goldenWeights: FloatSource = {
  shapeOf: (name) => goldenShapes[name],
  async read(name, shape, rows) {
    if (String(goldenShapes[name]) !== String(shape)) {
      throw new RangeError(`${name}: expected [${shape}], got [${goldenShapes[name]}]`);
    }
    const values = goldenTensor(name);
    const rowLength = values.length / (shape[0] ?? 1);
    return rows ? values.slice(rows.start * rowLength, (rows.start + rows.count) * rowLength) : values;
  },
};

/** All values of the tensor `name`. */
export function goldenTensor(name: string): Float32Array<ArrayBuffer> {
  if (name === 'logit_scale') return Float32Array.of(Math.log(1 / 0.07));
  const shape = goldenShapes[name] ?? [];
  const values = goldenValues(
    goldenNames.indexOf(name),
    shape.reduce((product, n) => product * n, 1),
    0.2,
  );
  if (shape.length === 1 && name.endsWith('.weight')) return values.map((v) => v + 1);
  if (/\.ls[12]$/.test(name)) return values.map((v) => v + Math.fround(0.3));
  if (/^(query_tokens|qllama\.model\.embed_tokens\.weight|text_projection)$/.test(name))
    return values.map((v) => v * 5);
  return values;
}

/** `count` values of ±scale/2: a hash of the index and of the number t of the tensor. */
export function goldenValues(t: number, count: number, scale: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, i) => {
    let x = (i + Math.imul(0x9e3779b9, t + 1)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (((x ^ (x >>> 16)) >>> 0) / 2 ** 32 - 0.5) * scale;
  });
}

/** Picture number t, `side` pixels wide and high. Stored channels first, as PyTorch; given channels last. */
export function goldenPixels(t: number, B: number, side: number): Tensor<'B Y X 3'> {
  const values = goldenValues(t, B * 3 * side * side, 4);
  return tf.tidy(() => tf.transpose(tf.tensor(values, [B, 3, side, side]), [0, 2, 3, 1]));
}

export const goldenIds = [
  [1, 7, 9, 12, 2, 0, 0, 0],
  [1, 5, 2, 0, 0, 0, 0, 0],
];
