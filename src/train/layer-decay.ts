/**
 * Layer-wise learning rates for fine-tuning: layer `id` of N learns at rate^(N − id − 1) of the peak, so the
 * input barely moves and the heads learn at the full rate.
 *
 * Official code: `create_optimizer` with VIT_LAYER_DECAY_RATE and QLLAMA_LAYER_DECAY_RATE (retrieval), and
 * `CustomLayerDecayOptimizerConstructor` (segmentation).
 * Deviation: none in the groups. The official DeepSpeed scheduler probably overrides them with one rate for
 * all; see `deepspeed-warmup-decay` in schedule.ts.
 */
import type { NamedShape, ParameterGroup, ParameterGroups } from './parameter-groups.js';

export interface LayerDecay {
  readonly vitRate: number;
  readonly qllamaRate: number;
  readonly vitLayers: number;
  readonly qllamaLayers: number;
}

/**
 * Groups of InternVL by official parameter name. Embeddings are layer 0, block i is layer i + 1, the heads
 * come after the last. Decayed is whatever is not 1-D and not a bias: the temperature, the queries and the
 * embeddings too.
 */
export function layerDecayGroups(parameters: Iterable<NamedShape>, decay: LayerDecay): ParameterGroups {
  const { vitRate, qllamaRate, vitLayers, qllamaLayers } = decay;
  return groupsBy(parameters, (name) => {
    const isVit = /^(vision_model|clip_projector)\./.test(name);
    const [rate, layers] = isVit ? [vitRate, vitLayers] : [qllamaRate, qllamaLayers];
    return rateAt(rate, layers, layerOf(name, layers));
  });
}

function layerOf(name: string, layers: number): number {
  if (/^(query_tokens|logit_scale)$/.test(name)) return 0;
  if (/^(vision_model\.embeddings\.|qllama\.model\.embed_tokens\.)/.test(name)) return 0;
  const block = /^(?:vision_model\.encoder|qllama\.model)\.layers\.(\d+)\./.exec(name);
  return block ? Number(block[1]) + 1 : layers + 1;
}

export interface SegmentationDecay {
  readonly rate: number;
  readonly layers: number;
}

/**
 * Groups of a segmentation model by mmseg name (`backbone.blocks.0…`): the feature pyramid and the heads come
 * after the last block. The official exemption of `pos_embed` and `cls_token` never applies, because the
 * names carry a prefix: both decay.
 */
export function segmentationGroups(
  parameters: Iterable<NamedShape>,
  { rate, layers }: SegmentationDecay,
): ParameterGroups {
  return groupsBy(parameters, (name) => {
    if (/^backbone\.(cls_token|mask_token|pos_embed|patch_embed\.)/.test(name))
      return rateAt(rate, layers, 0);
    const block = /^backbone\.blocks\.(\d+)\./.exec(name);
    return rateAt(rate, layers, block ? Number(block[1]) + 1 : layers + 1);
  });
}

/** min(1, rate^(N − id − 1)) with N = layers + 2: embeddings, blocks, heads. */
const rateAt = (rate: number, layers: number, id: number): number => Math.min(1, rate ** (layers + 1 - id));

function groupsBy(parameters: Iterable<NamedShape>, lrScale: (name: string) => number): ParameterGroups {
  const groups = new Map<string, ParameterGroup>();
  for (const { name, shape } of parameters) {
    groups.set(name, { lrScale: lrScale(name), decays: shape.length !== 1 && !name.endsWith('.bias') });
  }
  return groups;
}

/**
 * Whether an official InternVL name belongs to a 1-D tensor (norms, biases, layer scales), for rules that are
 * applied without a checkpoint at hand.
 */
export function isVectorName(name: string): boolean {
  return /(norm\d?(_[qkv])?|layernorm)\.weight$|bias$|\.ls[12]$/.test(name);
}
