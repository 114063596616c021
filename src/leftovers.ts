/** Tensors of a checkpoint that nothing reads: a sign of a misspelt name, or of another model than was thought. */
import type { CheckpointWeights } from './checkpoint/checkpoint-weights.js';

/** What InternVL-C reads. */
export const CONTRASTIVE_NAMES =
  /^(vision_model\.|clip_projector\.|qllama\.model\.(?!.*cross_attn)|text_projection$|logit_scale$)/;

/** What InternVL-G, captioning and matching add in the same checkpoint: known, whether it is read or not. */
export const GENERATIVE_NAMES =
  /^(query_tokens$|qllama\.model\.layers\.\d+\.cross_attn\.|qllama\.lm_head\.|clip_projector2\.|itm_head\.)/;

/**
 * Names that are neither read nor known. After a resident load nothing that was not read counts as read; streamed
 * weights are read later, so only names that no part of the model has are told.
 */
export function leftoversOf(weights: CheckpointWeights, isResident: boolean): string[] {
  const foreign = weights.unread().filter((name) => !GENERATIVE_NAMES.test(name));
  return isResident ? foreign : foreign.filter((name) => !CONTRASTIVE_NAMES.test(name));
}

/** One line about them for a person; undefined when there are none. */
export function leftoversLine(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 3).join(', ');
  const more = names.length > 3 ? ', …' : '';
  return `tensors that belong to no part of the model and are not used (${names.length}): ${shown}${more}`;
}
