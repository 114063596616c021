/** Our LLaMA with int8 weights, in Node and in a browser alike: reads the prompt, then decodes greedily. */
import * as tf from '@tensorflow/tfjs-core';

import { runningEngine } from '../../../src/backend/engine.js';
import { type BackendOptions, startBackend } from '../../../src/backend/start.js';
import type { LlamaBlock } from '../../../src/llama/block.js';
import { type NextToken, prefill, step } from '../../../src/llama/decoder.js';
import type { LanguageModel } from '../../../src/llama/language-model.js';
import { lookUpIds, type TokenEmbedding } from '../../../src/llama/token-embedding.js';
import { residentBlocks } from '../../../src/nn/blocks.js';
import type { Linear } from '../../../src/nn/linear.js';
import { disposeTree } from '../../../src/nn/tree.js';
import type { WeightLender } from '../../../src/nn/weight.js';
import { config, floatsOf, int8Of, matrices, PROMPT_IDS, SCALE, STEPS } from './weights.js';

export interface OurLlama {
  /** Decodes `STEPS` tokens after the prompt; their time in milliseconds, without the prompt. */
  decode(): Promise<number>;
  /** Scores of the token after the prompt. */
  logits(): Promise<Float32Array>;
}

/** Starts the backend and makes the model. `fast` multiplies int8 weights with activations of 16 bits. */
export async function ourLlama(options: BackendOptions): Promise<OurLlama> {
  await startBackend({ arithmetic: 'fast', ...options });
  const engine = runningEngine();
  if (engine === undefined) throw new Error('expected a running engine, got none');
  await engine.ready();
  const model = await languageModel(engine);
  const embeds = await lookUpIds(model.tokens, PROMPT_IDS, [1, PROMPT_IDS.length]);
  const read = () => prefill(config, model, { embeds, visible: [PROMPT_IDS.map(() => 1)] });
  return {
    async decode() {
      let next = await read();
      const start = performance.now();
      for (let i = 0; i < STEPS; i++) next = await step(config, model, next.cache, [await likeliest(next)]);
      const elapsed = performance.now() - start;
      disposeTree([next.logits, next.cache.layers]);
      return elapsed;
    },
    async logits() {
      const { logits, cache } = await read();
      disposeTree(cache.layers);
      const scores = await logits.data<'float32'>();
      logits.dispose();
      return scores;
    },
  };
}

/** The token with the highest score, which are freed. */
async function likeliest({ logits }: NextToken): Promise<number> {
  const scores = await logits.data<'float32'>();
  logits.dispose();
  return scores.reduce((best, score, i) => (score > (scores[best] ?? score) ? i : best), 0);
}

async function languageModel(lender: WeightLender): Promise<LanguageModel> {
  const { hiddenSize: C, numLayers } = config;
  const shapes = matrices(config);
  const linear = async (name: string): Promise<Linear> => {
    const [n, k] = shapes.get(name) ?? [0, 0];
    const weight = await lender.lend([n, k], 'I8', async (bytes) => {
      bytes.set(new Uint8Array(int8Of(name, n * k).buffer));
      bytes.set(new Uint8Array(new Float32Array(n).fill(SCALE).buffer), n * k);
    });
    return { weight };
  };
  const norm = () => ({ weight: tf.ones([C]) });
  const blocks: LlamaBlock[] = [];
  for (let i = 0; i < numLayers; i++) {
    const at = (name: string) => linear(`${i}.${name}`);
    blocks.push({
      ...{ inputNorm: norm(), postAttentionNorm: norm() },
      selfAttn: { qProj: await at('q'), kProj: await at('k'), vProj: await at('v'), oProj: await at('o') },
      mlp: { gateProj: await at('gate'), upProj: await at('up'), downProj: await at('down') },
    });
  }
  const head = residentBlocks([await linear('head')]);
  return { tokens: tokenTable(), blocks: residentBlocks(blocks), norm: norm(), head };
}

/** int8 as well: rows become float32 when they are looked up. */
function tokenTable(): TokenEmbedding {
  const { vocabSize, hiddenSize: C } = config;
  const numbers = int8Of('tokens', vocabSize * C);
  return {
    vocabSize,
    rows: async (ids) => {
      const rows = ids.map((id) => [...floatsOf(numbers.subarray(id * C, (id + 1) * C))]);
      return tf.tensor2d(rows, [ids.length, C]);
    },
    dispose: () => {},
  };
}
