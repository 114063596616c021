/**
 * The tensors of a complete InternVL 1.0 checkpoint, by name and shape, as they follow from the configuration.
 *
 * Paper: §3.2, table 1 (the sizes).   Official code: the `state_dict` of `InternVLModel`, in its order.
 */
import type { QLlamaConfig } from '../qllama/config.js';
import { gridSide, type InternVitConfig } from '../vision/config.js';
import { type InternVLConfig, inputSize } from './config.js';

/** Name → shape as PyTorch has it: linear kernels [Out, In]. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;
type Entry = readonly [name: string, shape: readonly number[]];

/** Every tensor of the model: towers, both pools, queries, language head, matching head. */
export function tensorShapes(config: InternVLConfig): TensorShapes {
  const { vision, qllama, clipEmbedDim: E } = config;
  return new Map<string, readonly number[]>([
    ['query_tokens', [1, qllama.numQueries, qllama.hiddenSize]],
    ['text_projection', [qllama.hiddenSize, E]],
    ['logit_scale', []],
    ...below('vision_model.', visionShapes(vision, inputSize(config))),
    ...below('qllama.', qllamaShapes(qllama)),
    ...below('clip_projector.', poolShapes(vision.hiddenSize, E)),
    ...below('clip_projector2.', poolShapes(qllama.hiddenSize, E)),
    ...below('itm_head.', linearShapes(qllama.hiddenSize, 2)),
  ]);
}

/** Which block of its tower a tensor belongs to; undefined for those that belong to none. */
export function blockOf(name: string): number | undefined {
  const number = /^(?:vision_model\.encoder|qllama\.model)\.layers\.(\d+)\./.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

function visionShapes(config: InternVitConfig, side: number): Entry[] {
  const { hiddenSize: C, patchSize: P } = config;
  const grid = gridSide({ ...config, imageSize: side });
  return [
    ['embeddings.class_embedding', [1, 1, C]],
    ['embeddings.position_embedding', [1, 1 + grid ** 2, C]],
    ['embeddings.patch_embedding.weight', [C, config.numChannels, P, P]],
    ['embeddings.patch_embedding.bias', [C]],
    ...layers('encoder.layers', config.numLayers, () => visionBlockShapes(config)),
  ];
}

function visionBlockShapes(config: InternVitConfig): Entry[] {
  const { hiddenSize: C, intermediateSize: M, qkvBias, qkNormalization } = config;
  const norms: Entry[] = [
    ['attn.q_norm.weight', [C]],
    ['attn.k_norm.weight', [C]],
  ];
  return [
    ['ls1', [C]],
    ['ls2', [C]],
    ['attn.qkv.weight', [3 * C, C]],
    ...(qkvBias ? [['attn.qkv.bias', [3 * C]] as const] : []),
    ...(qkNormalization ? norms : []),
    ...below('attn.proj.', linearShapes(C, C)),
    ...below('mlp.fc1.', linearShapes(C, M)),
    ...below('mlp.fc2.', linearShapes(M, C)),
    ['norm1.weight', [C]],
    ['norm2.weight', [C]],
  ];
}

function qllamaShapes(config: QLlamaConfig): Entry[] {
  const { hiddenSize: C, vocabSize: V, crossAttentionFrequency } = config;
  return [
    ['model.embed_tokens.weight', [V, C]],
    ...layers('model.layers', config.numLayers, (i) => [
      ...['q', 'k', 'v', 'o'].map((name): Entry => [`self_attn.${name}_proj.weight`, [C, C]]),
      ...(i % crossAttentionFrequency === 0 ? below('cross_attn.', crossAttentionShapes(config)) : []),
      ...gatedMlpShapes(config),
      ['input_layernorm.weight', [C]],
      ['post_attention_layernorm.weight', [C]],
    ]),
    ['model.norm.weight', [C]],
    ['lm_head.weight', [V, C]],
  ];
}

/** The keys and values come from the image tokens, W wide. */
function crossAttentionShapes({ hiddenSize: C, visionHiddenSize: W }: QLlamaConfig): Entry[] {
  return [
    ['q_proj.weight', [C, C]],
    ['o_proj.weight', [C, C]],
    ['norm1.weight', [C]],
    ['k_proj.weight', [C, W]],
    ['v_proj.weight', [C, W]],
    ['norm2.weight', [W]],
  ];
}

function gatedMlpShapes({ hiddenSize: C, intermediateSize: M }: QLlamaConfig): Entry[] {
  return [
    ['mlp.gate_proj.weight', [M, C]],
    ['mlp.down_proj.weight', [C, M]],
    ['mlp.up_proj.weight', [M, C]],
  ];
}

/** The attention pool over tokens C wide, to a vector of E. */
function poolShapes(C: number, E: number): Entry[] {
  const norms = ['norm1_q', 'norm1_k', 'norm1_v'].flatMap((norm): Entry[] => [
    [`${norm}.weight`, [C]],
    [`${norm}.bias`, [C]],
  ]);
  return [
    ...norms,
    ...['q', 'k', 'v'].map((name): Entry => [`cross_attn.${name}_bias`, [C]]),
    ...['q', 'k', 'v'].map((name): Entry => [`cross_attn.${name}.weight`, [C, C]]),
    ...below('cross_attn.proj.', linearShapes(C, E)),
  ];
}

function linearShapes(In: number, Out: number): Entry[] {
  return [
    ['weight', [Out, In]],
    ['bias', [Out]],
  ];
}

function below(prefix: string, entries: readonly Entry[]): Entry[] {
  return entries.map(([name, shape]) => [prefix + name, shape]);
}

function layers(prefix: string, count: number, block: (i: number) => Entry[]): Entry[] {
  return Array.from({ length: count }, (_, i) => below(`${prefix}.${i}.`, block(i))).flat();
}
