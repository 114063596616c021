/** What a graphics device is asked for, in a browser and in Node: a block of InternViT's kind, and what it says of itself. */
import * as tf from '@tensorflow/tfjs-core';

import { testDevice } from '../../src/backend/device-test.js';
import { startBackend } from '../../src/backend/start.js';
import { checkDevice, runningGpu } from '../../src/backend/webgpu.js';
import { weightLender } from '../../src/backend/weight-lender.js';
import { fromFloat32 } from '../../src/checkpoint/dtype.js';
import { dotProductAttention } from '../../src/nn/dot-product-attention.js';
import { linear } from '../../src/nn/linear.js';
import { rmsNorm } from '../../src/nn/rms-norm.js';
import type { Tensor } from '../../src/nn/tensor.js';
import type { LentWeight } from '../../src/nn/weight.js';
import { randomFloats } from '../simd/heap-arrays.js';

const [T, C, H] = [37, 48, 3];

/** Starts tfjs on the device, which tests itself. */
export async function startGpu() {
  await startBackend({ device: 'webgpu' });
  const { worst } = await testDevice('webgpu');
  return { backend: tf.getBackend(), isFallback: runningGpu()?.isFallback, isRight: worst < 1e-5 };
}

/** x + attention of its norm, by a lent weight: [T, C] as numbers. On whichever device runs. */
export async function blockOnDevice(): Promise<number[]> {
  const lender = weightLender();
  if (lender === undefined) throw new Error('expected a lender, got none');
  const stored = fromFloat32(Float32Array.from(randomFloats(3 * C * C, 4)), 'BF16');
  const weight = await lender.lend([3 * C, C], 'BF16', async (bytes) => bytes.set(stored));
  const result = tf.tidy(() => block(weight));
  const values = [...(await result.data())];
  result.dispose();
  weight.dispose();
  checkDevice();
  return values;
}

function block(weight: LentWeight): tf.Tensor {
  const x = tf.tensor3d(randomFloats(T * C, 1), [1, T, C]);
  const normed = rmsNorm({ weight: tf.tensor1d(randomFloats(C, 2)) }, x, 1e-6);
  const [q, k, v] = tf.split(linear({ weight }, normed), 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const read = (part: tf.Tensor) => part as Tensor<'B T C'>;
  return tf.add(x, dotProductAttention(read(q), k as Tensor<'B K C'>, v as Tensor<'B K C'>, { numHeads: H }));
}
