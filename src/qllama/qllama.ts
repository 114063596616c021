/**
 * QLLaMA whole: a text encoder, a reader of images, and a writer, which share all but few of their weights.
 *
 * Paper: §3.2, figure 4.   Official code: `LlamaForCausalLM` of `internvl_14b`, `query_tokens`.
 */
import type { LanguageHead } from '../llama/language-head.js';
import type { LanguageModel } from '../llama/language-model.js';
import type { QueryTower } from './query-tower.js';
import type { TextTower } from './text-tower.js';

export interface QLlama {
  /** Token table, layers without cross-attention, final norm. */
  readonly text: TextTower;
  /** Learnable queries, layers with cross-attention, final norm. */
  readonly queries: QueryTower;
  readonly head: LanguageHead;
}

/** The plain LLaMA in it, which writes once the image is read. */
export const languageModelOf = ({ text, head }: Pick<QLlama, 'text' | 'head'>): LanguageModel => ({
  ...text,
  head,
});
