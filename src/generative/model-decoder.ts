/** The models behind the search: what turns tensors into rows of scores, and the cache into its state. */
import { type KvCache, selectRows } from '../llama/cache.js';
import type { LlamaConfig } from '../llama/config.js';
import { type NextToken, type Prompt, prefill as readPrompt, step } from '../llama/decoder.js';
import type { LanguageModel } from '../llama/language-model.js';
import { sizes } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import type { QLlamaConfig } from '../qllama/config.js';
import { type ImagePrompt, prefill as readImage } from '../qllama/prefill.js';
import { languageModelOf, type QLlama } from '../qllama/qllama.js';
import type { Decoded, Decoder } from './decoder.js';

/** QLLaMA writing about images: its queries read them, then the prompts. */
export function imageDecoder(
  config: QLlamaConfig,
  params: QLlama,
  prompt: ImagePrompt,
  onBlock?: TowerOptions['onBlock'],
): Decoder<KvCache> {
  const read = (signal?: AbortSignal) => readImage(config, params, prompt, { signal, onBlock });
  return decoderOf(config, languageModelOf(params), read);
}

/** A plain LLaMA that goes on with prompts. */
export function languageDecoder(
  config: LlamaConfig,
  params: LanguageModel,
  prompt: Prompt,
): Decoder<KvCache> {
  return decoderOf(config, params, (signal) => readPrompt(config, params, prompt, { signal }));
}

function decoderOf(
  config: LlamaConfig,
  params: LanguageModel,
  read: (signal?: AbortSignal) => Promise<NextToken>,
): Decoder<KvCache> {
  return {
    prefill: async (signal) => decoded(await read(signal)),
    step: async (cache, tokens, signal) => decoded(await step(config, params, cache, tokens, { signal })),
    select: selectRows,
    dispose: ({ layers }) => disposeTree(layers),
  };
}

/** Scores as numbers, a row each; their tensor is freed. */
async function decoded({ logits, cache }: NextToken): Promise<Decoded<KvCache>> {
  try {
    const [B, V] = sizes(logits, 'B V');
    const values = await logits.data<'float32'>();
    const rows = Array.from({ length: B }, (_, b) => values.subarray(b * V, (b + 1) * V));
    return { logits: rows, state: cache };
  } catch (error) {
    disposeTree(cache.layers);
    throw error;
  } finally {
    logits.dispose();
  }
}
