/**
 * A configuration against the tensors it came with. Tensors tell the number of blocks, the size of the
 * position table, the vocabulary and the number of queries better than the file beside them (a model
 * fine-tuned at 364 px keeps `image_size: 224`); every other difference means that the two do not belong
 * together.
 */
import type { QLlamaConfig } from '../qllama/config.js';
import type { InternVitConfig } from '../vision/config.js';
import { type InternVLConfig, inputSize } from './config.js';

/** The shape of a tensor by its official name; undefined when the checkpoint has none of that name. */
export type ShapeOf = (name: string) => readonly number[] | undefined;

/**
 * The configuration with the counts of the checkpoint. Tensors that are absent are not missed here: a
 * checkpoint may hold one tower only.
 *
 * @throws RangeError naming tensor, expected and real shape, and the remedy.
 */
export function configOfTensors(
  config: InternVLConfig,
  shapeOf: ShapeOf,
  where = 'config.json',
): InternVLConfig {
  checkShapes(visionShapes(config.vision), shapeOf, where);
  checkShapes(qllamaShapes(config.qllama), shapeOf, where);
  checkShapes(headShapes(config), shapeOf, where);
  const vision = visionOfTensors(config.vision, shapeOf, where);
  const forced = forcedSize(config, vision, shapeOf, where);
  return { ...config, vision, forceImageSize: forced, qllama: qllamaOfTensors(config.qllama, shapeOf) };
}

/** The same for a stand-alone InternViT, whose tensors have official names too (`vision_model.…`). */
export function visionConfigOfTensors(config: InternVitConfig, shapeOf: ShapeOf, where = 'config.json') {
  checkShapes(visionShapes(config), shapeOf, where);
  return visionOfTensors(config, shapeOf, where);
}

type Shapes = Readonly<Record<string, readonly number[] | null>>;

/** One of each kind; null: there must be none. Blocks are alike, so the first stands for all. */
function visionShapes(config: InternVitConfig): Shapes {
  const { hiddenSize: C, intermediateSize: M, patchSize: P } = config;
  const block = 'vision_model.encoder.layers.0';
  return {
    'vision_model.embeddings.class_embedding': [1, 1, C],
    'vision_model.embeddings.patch_embedding.weight': [C, config.numChannels, P, P],
    [`${block}.attn.qkv.weight`]: [3 * C, C],
    [`${block}.attn.qkv.bias`]: config.qkvBias ? [3 * C] : null,
    [`${block}.attn.q_norm.weight`]: config.qkNormalization ? [C] : null,
    [`${block}.mlp.fc1.weight`]: [M, C],
  };
}

function qllamaShapes(config: QLlamaConfig): Shapes {
  const { hiddenSize: C, intermediateSize: M } = config;
  const layers = 'qllama.model.layers';
  const isCrossed = (i: number) => i % config.crossAttentionFrequency === 0;
  const cross = (i: number): [string, readonly number[] | null] => [
    `${layers}.${i}.cross_attn.k_proj.weight`,
    isCrossed(i) ? [C, config.visionHiddenSize] : null,
  ];
  return {
    [`${layers}.0.self_attn.q_proj.weight`]: [C, C],
    [`${layers}.0.mlp.gate_proj.weight`]: [M, C],
    ...Object.fromEntries(Array.from({ length: config.numLayers }, (_, i) => cross(i))),
  };
}

function headShapes({ clipEmbedDim: E, qllama, vision }: InternVLConfig): Shapes {
  return {
    text_projection: [qllama.hiddenSize, E],
    'clip_projector.cross_attn.q.weight': [vision.hiddenSize, vision.hiddenSize],
    'clip_projector.cross_attn.proj.weight': [E, vision.hiddenSize],
    'clip_projector2.cross_attn.proj.weight': [E, qllama.hiddenSize],
    'itm_head.weight': [2, qllama.hiddenSize],
  };
}

function checkShapes(shapes: Shapes, shapeOf: ShapeOf, where: string): void {
  for (const [name, expected] of Object.entries(shapes)) {
    const got = shapeOf(name);
    if (got === undefined) continue;
    if (expected !== null && got.length === expected.length && got.every((n, i) => n === expected[i]))
      continue;
    const wanted = expected === null ? 'no such tensor' : `[${expected.join(', ')}]`;
    throw new RangeError(
      `${name}: expected ${wanted} by ${where}, got [${got.join(', ')}]: use the config.json of these weights`,
    );
  }
}

function visionOfTensors(config: InternVitConfig, shapeOf: ShapeOf, where: string): InternVitConfig {
  const grid = tableGrid(shapeOf, where);
  const block = (i: number) => `vision_model.encoder.layers.${i}.norm1.weight`;
  const counted = { ...config, numLayers: countOr(config.numLayers, shapeOf, block) };
  return grid === undefined ? counted : { ...counted, imageSize: grid * config.patchSize };
}

/** Patches along a side of the position table: √(rows − 1). */
function tableGrid(shapeOf: ShapeOf, where: string): number | undefined {
  const name = 'vision_model.embeddings.position_embedding';
  const shape = shapeOf(name);
  if (shape === undefined) return undefined;
  const grid = Math.sqrt((shape[1] ?? 0) - 1);
  if (shape.length === 3 && Number.isInteger(grid) && grid > 0) return grid;
  throw new RangeError(`${name}: expected 1 + n² rows (${where}), got [${shape.join(', ')}]`);
}

/** A forced size must be that of the table; a table of another size than `image_size` needs none. */
function forcedSize(config: InternVLConfig, vision: InternVitConfig, shapeOf: ShapeOf, where: string) {
  if (config.forceImageSize === null || tableGrid(shapeOf, where) === undefined) return config.forceImageSize;
  const side = Math.floor(inputSize(config) / vision.patchSize);
  const rows = 1 + (vision.imageSize / vision.patchSize) ** 2;
  if (1 + side ** 2 === rows) return config.forceImageSize;
  throw new RangeError(
    `vision_model.embeddings.position_embedding: expected ${1 + side ** 2} rows for force_image_size ` +
      `${config.forceImageSize} of ${where}, got ${rows}: set force_image_size to null`,
  );
}

function qllamaOfTensors(config: QLlamaConfig, shapeOf: ShapeOf): QLlamaConfig {
  const layer = (i: number) => `qllama.model.layers.${i}.input_layernorm.weight`;
  return {
    ...config,
    numLayers: countOr(config.numLayers, shapeOf, layer),
    vocabSize: shapeOf('qllama.model.embed_tokens.weight')?.[0] ?? config.vocabSize,
    numQueries: shapeOf('query_tokens')?.[1] ?? config.numQueries,
  };
}

/**
 * How many blocks there are, or `fallback` when there is none.
 *
 * @throws Error when one is missing between others.
 */
function countOr(fallback: number, shapeOf: ShapeOf, name: (i: number) => string): number {
  let count = 0;
  while (shapeOf(name(count)) !== undefined) count++;
  for (let i = count + 1; i < fallback; i++) {
    if (shapeOf(name(i)) === undefined) continue;
    throw new Error(`${name(count)}: expected in the checkpoint before block ${i}, got no such tensor`);
  }
  return count === 0 ? fallback : count;
}
