/** Whether tfjs and the SIMD engine start here, and multiply correctly. */
import { availableParallelism } from 'node:os';

import * as tf from '@tensorflow/tfjs-core';

import { testDevice } from '../backend/device-test.js';
import { runningEngine } from '../backend/engine.js';
import { type BackendOptions, startBackend } from '../backend/start.js';
import { runningGpu } from '../backend/webgpu.js';
import { weightLender } from '../backend/weight-lender.js';
import { linear } from '../nn/linear.js';
import { disposeTree } from '../nn/tree.js';
import type { Weight } from '../nn/weight.js';
import type { Finding } from './doctor.js';
import { formatBytes } from './words.js';

const N = 64;
/** Numbers up to 1 are rounded to 1/2895 on both sides of N products: `src/simd/assembly/quantise.ts`. */
const FAST_ERROR = N / 2895;

/** Starts the backend and compares its matrix products with plain arithmetic. */
export async function checkBackend(options: BackendOptions): Promise<Finding[]> {
  const started = performance.now();
  await startBackend(options);
  const device = tf.getBackend();
  const value = `${device}, started in ${Math.round(performance.now() - started)} ms`;
  return [{ name: 'backend', value }, ...(await engine()), ...(await graphics()), await product()];
}

/** The graphics device: who it is, how large its arrays may be, and that it computes: else it would not be running. */
async function graphics(): Promise<Finding[]> {
  const gpu = runningGpu();
  if (gpu === undefined) return [];
  const { cases, worst } = await testDevice('webgpu');
  const kind = gpu.isFallback ? ' (a processor that plays one: slow)' : '';
  const features = gpu.features.length > 0 ? gpu.features.join(', ') : 'none';
  return [
    { name: 'graphics adapter', value: `${gpu.adapter}${kind}` },
    {
      name: 'largest array',
      value: `${formatBytes(gpu.bindingBytes)}, of a buffer of ${formatBytes(gpu.bufferBytes)}`,
    },
    { name: 'features', value: features },
    { name: 'self test', value: `${cases.join(', ')}: within ${worst.toExponential(1)}` },
  ];
}

/** The SIMD engine, which cannot start without SIMD: its threads, once they are up, its kernels, its memory. */
async function engine(): Promise<Finding[]> {
  const running = runningEngine();
  if (running === undefined) return [];
  await running.ready();
  const { threads, build, arithmetic, memoryLimit } = running;
  const processors = availableParallelism();
  const kernels = build === 'relaxed' ? 'fused multiply-add' : 'without fused multiply-add';
  const value = `${threads} ${threads === 1 ? 'thread' : 'threads'}, ${kernels}, ${arithmetic}`;
  const crowd = `; on ${processors} processors they will wait for each other`;
  return [
    { name: 'engine', value: threads > processors ? `${value}${crowd}` : value },
    { name: 'engine memory', value: `up to ${formatBytes(memoryLimit)}` },
  ];
}

/** Products of N × N matrices as a model computes them, against float64 arithmetic. */
async function product(): Promise<Finding> {
  const entry = (i: number): number => Math.fround(Math.sin(i + 1));
  const a = Float32Array.from({ length: N * N }, (_, i) => entry(i));
  const b = Float32Array.from({ length: N * N }, (_, i) => entry(i * 7));
  const expected = Float64Array.from({ length: N * N }, (_, i) => {
    const [row, column] = [Math.floor(i / N) * N, (i % N) * N];
    let sum = 0;
    for (let k = 0; k < N; k++) sum += entry(row + k) * entry((column + k) * 7);
    return sum;
  });
  let worst = 0;
  for (const actual of await computed(a, b)) {
    actual.forEach((value, i) => {
      const error = Math.abs(value - (expected[i] ?? 0));
      worst = Math.max(worst, error); // NaN if one is
    });
  }
  const value = `largest error ${worst.toExponential(1)} in a ${N} x ${N} product`;
  const allowed = runningEngine()?.arithmetic === 'fast' ? FAST_ERROR : 1e-4;
  if (worst < allowed) return { name: 'arithmetic', value };
  return { name: 'arithmetic', value, problem: 'this backend computes wrong results; report it' };
}

/** a·bᵀ with b as a tensor, and where weights are lent, as one of those: an engine's threads compute that. */
async function computed(a: Float32Array, b: Float32Array<ArrayBuffer>): Promise<Float32Array[]> {
  const lent = await weightLender()?.lend([N, N], 'F32', async (bytes) =>
    bytes.set(new Uint8Array(b.buffer)),
  );
  const products = tf.tidy(() => {
    const x = tf.tensor2d(a, [N, N]);
    const weights: Weight[] = [tf.transpose(tf.tensor2d(b, [N, N])), ...(lent ? [lent] : [])];
    return weights.map((weight) => linear({ weight }, x));
  });
  lent?.dispose();
  const read = await Promise.all(products.map((each) => each.data<'float32'>()));
  disposeTree(products);
  return read;
}
