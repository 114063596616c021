/** Whether tfjs starts here, with SIMD, and multiplies correctly. */
import * as tf from '@tensorflow/tfjs-core';

import { runningEngine } from '../backend/engine.js';
import { type BackendOptions, type Device, startBackend } from '../backend/start.js';
import type { Finding } from './doctor.js';

const N = 64;

/** Starts the backend and compares one of its matrix products with plain arithmetic. */
export async function checkBackend(
  options: BackendOptions & { readonly device: Device },
): Promise<Finding[]> {
  const started = performance.now();
  const { device } = options;
  await startBackend(options);
  const value = `${device}, started in ${Math.round(performance.now() - started)} ms`;
  const findings: Finding[] = [{ name: 'backend', value }];
  if (device === 'wasm') findings.push(await simd(), heap(), await engine());
  return [...findings, await product()];
}

async function simd(): Promise<Finding> {
  const has = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  if (has) return { name: 'WebAssembly SIMD', value: 'yes' };
  return {
    name: 'WebAssembly SIMD',
    value: 'no',
    problem: 'everything will be several times slower; update Node',
  };
}

/** The SIMD engine: its threads, once they are up, and which kernels it runs. */
async function engine(): Promise<Finding> {
  const running = runningEngine();
  await running?.ready();
  const kernels = running?.build === 'relaxed' ? 'fused multiply-add' : 'without fused multiply-add';
  const threads =
    running === undefined ? 'none' : `${running.threads} threads, ${kernels}, ${running.arithmetic}`;
  return { name: 'engine', value: threads };
}

/** WebAssembly addresses 32 bits; Node must be willing to give that much. */
function heap(): Finding {
  const gigabytes = 4;
  try {
    new WebAssembly.Memory({ initial: 1, maximum: gigabytes * 2 ** 14 });
    return { name: 'WebAssembly heap', value: `up to ${gigabytes} GB` };
  } catch (error) {
    const problem = 'larger models may not fit; use --memory stream';
    return {
      name: 'WebAssembly heap',
      value: error instanceof Error ? error.message : String(error),
      problem,
    };
  }
}

/** a·b of N × N matrices, against float64 arithmetic. */
async function product(): Promise<Finding> {
  const entry = (i: number): number => Math.fround(Math.sin(i + 1));
  const a = Float32Array.from({ length: N * N }, (_, i) => entry(i));
  const b = Float32Array.from({ length: N * N }, (_, i) => entry(i * 7));
  const result = tf.tidy(() => tf.matMul(tf.tensor2d(a, [N, N]), tf.tensor2d(b, [N, N])));
  const actual = await result.data();
  result.dispose();
  let worst = 0;
  for (let row = 0; row < N; row++) {
    for (let column = 0; column < N; column++) {
      let sum = 0;
      for (let k = 0; k < N; k++) sum += entry(row * N + k) * entry((k * N + column) * 7);
      worst = Math.max(worst, Math.abs(sum - (actual[row * N + column] ?? Number.NaN)));
    }
  }
  const value = `largest error ${worst.toExponential(1)} in a ${N} x ${N} product`;
  if (worst < 1e-4) return { name: 'arithmetic', value };
  return { name: 'arithmetic', value, problem: 'this backend computes wrong results; report it' };
}
