/** Decoding with the same LLaMA in onnxruntime, in float32: it reads the prompt token by token, too. */
import type { Tensor } from 'onnxruntime-common';

import { startBackend } from '../../../src/backend/start.js';
import { transpose } from '../../../src/checkpoint/transpose.js';
import type { Prepared } from '../contestant/sampler.js';
import { config, floatsOf, int8Of, matrices, PROMPT_IDS, STEPS } from '../llama/weights.js';
import { llamaModel } from '../onnx/llama.js';
import { type OnnxSettings, runtimeOf } from './onnx-session.js';

export async function prepare(settings: OnnxSettings): Promise<Prepared> {
  await startBackend({ device: 'cpu' }); // rotary tables are tensors
  const shapes = matrices(config);
  const matrix = (name: string) => {
    const [n, k] = shapes.get(name) ?? [0, 0];
    return { values: transpose(floatsOf(int8Of(name, n * k)), n, k), shape: [k, n] };
  };
  const { model, weights, outputs } = llamaModel(config, matrix);
  const { create, Tensor } = await runtimeOf(settings);
  const session = await create(model, [{ path: 'weights', data: weights }]);
  const { hiddenSize: C, numHeads: H, vocabSize } = config;
  const tokens = int8Of('tokens', vocabSize * C);

  const step = async (id: number, [, ...past]: Outputs): Promise<Outputs> => {
    const x = new Tensor('float32', floatsOf(tokens.subarray(id * C, (id + 1) * C)), [1, 1, C]);
    const before = past.map((tensor, i) => [`past.${i}`, tensor]);
    const results = await session.run({ x, ...Object.fromEntries(before) });
    return outputs.map((name) => results[name]) as unknown as Outputs; // the model has them
  };
  const read = async (): Promise<Outputs> => {
    const nothing = new Tensor('float32', new Float32Array(0), [1, H, 0, C / H]);
    let results: Outputs = [nothing, ...Array<Tensor>(2 * config.numLayers).fill(nothing)];
    for (const id of PROMPT_IDS) results = await step(id, results);
    return results;
  };
  const run = async (): Promise<number> => {
    let results = await read();
    const start = performance.now();
    for (let i = 0; i < STEPS; i++) results = await step(best(scoresOf(results)), results);
    return performance.now() - start;
  };
  const logits = Float32Array.from(scoresOf(await read()));
  return { samplers: { run: { run, work: STEPS, warmUps: 1 } }, outputs: { logits } };
}

/** The scores of the next token, then keys and values of each layer. */
type Outputs = readonly [Tensor, ...Tensor[]];

const scoresOf = ([{ data }]: Outputs): Float32Array => data as Float32Array; // the model is float32

const best = (scores: Float32Array): number =>
  scores.reduce((most, score, i) => (score > (scores[most] ?? score) ? i : most), 0);
