/** llama.cpp in WebAssembly, by itself: its own package in a page, on the file that the server has. */
import * as untyped from '@wllama/wllama/esm/index.js';

import { COUNT } from '../llama/likeliest.js';
import { PROMPT, STEPS } from '../llama/weights.js';
import type { BrowserLlama } from './page.js';

/** What is used of it: its own types name files as Node does not find them. */
interface WllamaPackage {
  readonly Wllama: new (paths: { readonly default: string }, options: object) => Wllama;
}

interface Wllama {
  loadModel(files: readonly Blob[], options: object): Promise<void>;
  createCompletion(options: object): Promise<Completion>;
}

interface Completion {
  readonly timings?: Timings;
  readonly choices: readonly [{ readonly logprobs: { readonly content: readonly [TopTokens] } | null }];
}

interface TopTokens {
  readonly top_logprobs: readonly { readonly id: number; readonly logprob: number }[];
}

/** Measured by llama.cpp. */
interface Timings {
  readonly predicted_n: number;
  readonly predicted_ms: number;
}

const { Wllama } = untyped as unknown as WllamaPackage;

export async function wllama(threads: number): Promise<BrowserLlama> {
  const quiet = { debug: () => {}, log: () => {}, warn: () => {}, error: () => {} };
  const llama = new Wllama({ default: '/wllama.wasm' }, { suppressNativeLog: true, logger: quiet });
  const file = await (await fetch('/model.gguf')).blob();
  await llama.loadModel([file], { n_threads: threads, n_gpu_layers: 0, n_ctx: 512, warmup: false });
  const complete = (max_tokens: number, options: object = {}) =>
    llama.createCompletion({ prompt: PROMPT, max_tokens, temperature: 0, ignore_eos: true, ...options });
  return {
    async decode() {
      // The first token comes from the prompt, each of the others from a step
      const { timings } = await complete(STEPS + 1, { top_k: 1 });
      if (timings?.predicted_n !== STEPS + 1)
        throw new Error(`expected ${STEPS + 1} tokens, got ${JSON.stringify(timings)}`);
      return timings.predicted_ms;
    },
    async likeliest() {
      const { choices } = await complete(1, { logprobs: COUNT });
      const [first] = choices[0].logprobs?.content ?? [];
      if (!first) throw new Error(`expected probabilities, got ${JSON.stringify(choices)}`);
      return first.top_logprobs.map(({ id, logprob }) => [id, Math.exp(logprob)] as const);
    },
  };
}
