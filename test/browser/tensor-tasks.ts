/** Operations on tensors, which run on their SIMD twins: in a browser and in Node to the same bits. */
import * as tf from '@tensorflow/tfjs-core';

import { runningEngine } from '../../src/backend/engine.js';
import { type BackendOptions, startBackend } from '../../src/backend/start.js';
import { fromFloat32 } from '../../src/checkpoint/dtype.js';
import { linear } from '../../src/nn/linear.js';
import { rmsNorm } from '../../src/nn/rms-norm.js';
import type { LentWeight } from '../../src/nn/weight.js';
import { randomFloats } from '../simd/heap-arrays.js';
import { bitsOf } from './engine-tasks.js';

const [rows, In, Out] = [150, 256, 200];

/** Starts tfjs and its engine. */
export async function startTfjs(options: BackendOptions) {
  await startBackend(options);
  await runningEngine()?.ready();
  return { backend: tf.getBackend(), threads: runningEngine()?.threads };
}

/** The bits of maps by a tensor and by a lent weight, of a norm, and of the gradients of such. */
export async function computeOnTensors() {
  const lender = runningEngine();
  if (lender === undefined) throw new Error('expected an engine, got none');
  const weight = await lender.lend([Out, In], 'BF16', async (bytes) =>
    bytes.set(fromFloat32(Float32Array.from(randomFloats(Out * In, 4)), 'BF16')),
  );
  const results = tf.tidy(() => read(weight));
  weight.dispose();
  return { ...results, tensorsLeft: tf.memory().numTensors };
}

function read(lent: LentWeight) {
  const x = tf.tensor2d(randomFloats(rows * In, 1), [rows, In]);
  const weight = tf.tensor2d(randomFloats(In * Out, 2), [In, Out]);
  const gain = tf.tensor1d(randomFloats(In, 3));
  const bias = tf.tensor1d(randomFloats(Out, 5));
  const loss = (input: tf.Tensor) => tf.sum(linear({ weight, bias }, rmsNorm({ weight: gain }, input, 1e-6)));
  return {
    linear: bits(linear({ weight, bias }, x, 'gelu')),
    lentLinear: bits(linear({ weight: lent, bias }, x)),
    rmsNorm: bits(rmsNorm({ weight: gain }, x, 1e-6)),
    gradient: bits(tf.grad(loss)(x)),
  };
}

const bits = (tensor: tf.Tensor): number[] => bitsOf(tensor.dataSync<'float32'>());
