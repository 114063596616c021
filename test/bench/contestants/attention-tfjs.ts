/** Attention composed of the batched operations of tfjs-backend-wasm. */
import * as tf from '@tensorflow/tfjs-core';

import { startBackend } from '../../../src/backend/start.js';
import type { Prepared } from '../contestant/sampler.js';
import { type AttentionSettings, attentionFlops, headValues } from './attention-shape.js';

export async function prepare(settings: AttentionSettings): Promise<Prepared> {
  await startBackend({ threads: 1 });
  const { heads, tokens, headDim } = settings;
  const tensor = (name: string) => tf.tensor3d(headValues(name, settings), [heads, tokens, headDim]);
  const [q, k, v] = [tensor('q'), tensor('k'), tensor('v')];
  const compute = () =>
    tf.tidy(() => tf.matMul(tf.softmax(tf.matMul(tf.mul(q, headDim ** -0.5), k, false, true)), v));
  const output = compute().dataSync<'float32'>();
  const run = () => compute().dispose();
  return { samplers: { run: { run, work: attentionFlops(settings) } }, outputs: { run: output } };
}
