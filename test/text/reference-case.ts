/** The tokenizer case of the reference set. */
import { existsSync, readFileSync } from 'node:fs';

import { parseModel } from '../../src/text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../src/text/sentencepiece-tokenizer.js';
import type { Tokenizer } from '../../src/text/tokenizer.js';

/** The official vocabulary stays outside of the repository. */
const modelFile = new URL('../../../shared/reference/tokenizer/tokenizer.model', import.meta.url);

export const hasOfficialModel = existsSync(modelFile);

export function officialTokenizer(): Tokenizer {
  return tokenizerFromModel(parseModel(readFileSync(modelFile)));
}

export interface TokenizerCase {
  readonly texts: readonly {
    readonly text: string;
    readonly summarize_ids: readonly number[];
    readonly prompt_ids: readonly number[];
    readonly decoded_prompt: string;
    readonly decoded_summarize: string;
  }[];
  readonly image_prompts: readonly { readonly prompt: string; readonly ids: readonly number[] }[];
  readonly caption_cleaning: readonly { readonly caption: string; readonly cleaned: string }[];
  readonly training_samples: readonly TrainingSampleCase[];
}

export interface TrainingSampleCase {
  readonly caption: string;
  readonly negative_caption: string;
  readonly positive_input_ids: readonly number[];
  readonly positive_attention_mask: readonly number[];
  readonly negative_input_ids: readonly number[];
  readonly negative_attention_mask: readonly number[];
  readonly summarize_input_ids: readonly number[];
  readonly summarize_attention_mask: readonly number[];
  readonly input_ids: readonly number[];
  readonly attention_mask: readonly number[];
  readonly labels: readonly number[];
}

export function tokenizerCase(): TokenizerCase {
  const file = new URL('../fixtures/reference/tokenizer/data.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as TokenizerCase;
}
