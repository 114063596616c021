/**
 * What each token costs, plotted: a step that read the past again would grow with every one.
 *
 *   node --import tsx test/bench/token-cost.ts [WIDTH [LAYERS [STEPS [ROWS]]]]
 *
 * One caption's worth of prompt (104 tokens), then STEPS tokens. Weights are made, as tensors; the fastest of several
 * runs counts at each step.
 */
import * as tf from '@tensorflow/tfjs-core';

import { startBackend } from '../../src/backend/start.js';
import { Scope } from '../../src/checkpoint/scope.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import type { LlamaConfig } from '../../src/llama/config.js';
import { prefill, step } from '../../src/llama/decoder.js';
import type { LanguageModel } from '../../src/llama/language-model.js';
import { readLanguageModel } from '../../src/llama/weights.js';
import { disposeTree } from '../../src/nn/tree.js';
import { median } from './statistics.js';

const PROMPT = 104;
const RUNS = 5;
const BUCKET = 10; // steps in a line of the plot
const [width = 96, layers = 2, steps = 200, rows = 1] = process.argv.slice(2).map(Number);

const config: LlamaConfig = {
  vocabSize: 4096,
  hiddenSize: width,
  intermediateSize: Math.round((8 * width) / 3),
  numLayers: layers,
  numHeads: width % 64 === 0 ? width / 64 : 2,
  normEps: 1e-6,
  maxPositions: PROMPT + steps,
  ropeBase: 10000,
  bosTokenId: 1,
  eosTokenId: 2,
  padTokenId: 0,
};

/** Milliseconds of each step of one run. */
async function measure(model: LanguageModel): Promise<number[]> {
  const embeds = tf.randomNormal([rows, PROMPT, width], 0, 1, 'float32', 1);
  const visible = Array.from({ length: rows }, () => new Array<number>(PROMPT).fill(1));
  let { logits, cache } = await prefill(config, model, { embeds, visible });
  const milliseconds: number[] = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    const next = await step(config, model, cache, new Array<number>(rows).fill(3 + i));
    await next.logits.data();
    milliseconds.push(performance.now() - start);
    logits.dispose();
    ({ logits, cache } = next);
  }
  disposeTree([embeds, logits, cache.layers]);
  return milliseconds;
}

await startBackend();
const model = await readLanguageModel(new Scope(syntheticWeights(1)), config);
await measure(model); // code is compiled
const runs: number[][] = [];
for (let run = 0; run < RUNS; run++) runs.push(await measure(model));
const best = Array.from({ length: steps }, (_, i) => Math.min(...runs.map((run) => run[i] ?? Infinity)));
const lines = Array.from({ length: Math.ceil(steps / BUCKET) }, (_, i) =>
  median(best.slice(i * BUCKET, (i + 1) * BUCKET)),
);
const most = Math.max(...lines);
console.log(`${layers} layers ${width} wide, ${rows} row(s): ms per token, after a prompt of ${PROMPT}`);
for (const [i, ms] of lines.entries()) {
  const bar = '█'.repeat(Math.round((50 * ms) / most));
  console.log(`${String(i * BUCKET + 1).padStart(5)}  ${ms.toFixed(3).padStart(8)}  ${bar}`);
}
const [first, last] = [median(lines.slice(0, 3)), median(lines.slice(-3))];
const growth = (100 * (last / first - 1)).toFixed(1);
console.log(`from ${first.toFixed(3)} to ${last.toFixed(3)} ms: ${growth} % over ${steps} tokens`);
disposeTree(model);
process.exit(0); // threads of the engine
