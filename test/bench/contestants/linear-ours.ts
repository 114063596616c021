/**
 * `linear` as a model calls it, on tfjs tensors, and the kernel below it on memory that needs no copying: with a
 * bf16 weight lent by the engine, and with a float32 tensor as the weight.
 */
import * as tf from '@tensorflow/tfjs-core';

import { runningEngine } from '../../../src/backend/engine.js';
import { startBackend } from '../../../src/backend/start.js';
import { transpose } from '../../../src/checkpoint/transpose.js';
import { linear } from '../../../src/nn/linear.js';
import { type Gemm, gemm } from '../../../src/simd/gemm.js';
import type { Prepared, Sampler } from '../contestant/sampler.js';
import { placed } from './heap-values.js';
import type { MatmulSettings } from './matmul-shape.js';
import { toBf16, valuesOf } from './values.js';

export async function prepare({ threads, m, k, n }: MatmulSettings): Promise<Prepared> {
  await startBackend({ threads });
  const engine = runningEngine();
  if (!engine) throw new Error('expected a running engine, got none');
  await engine.ready();
  const { kernels } = engine;
  const [x, bias] = [valuesOf('x', m * k), valuesOf('bias', n)];
  const weights = valuesOf('weights', n * k);
  const lent = await engine.lend([n, k], 'BF16', async (bytes) =>
    bytes.set(new Uint8Array(toBf16(weights).buffer)),
  );
  const transposed = transpose(weights, n, k);
  const product: Omit<Gemm, 'b'> = {
    ...{ m, k, n, a: { address: placed(kernels, x), stride: 4 * k } },
    c: { address: kernels.heap.allocate(4 * m * n), stride: 4 * n },
    bias: placed(kernels, bias),
  };
  const bf16 = {
    address: placed(kernels, toBf16(weights)),
    stride: 2 * k,
    kind: 'BF16',
    layout: 'nk',
  } as const;
  const float = { address: placed(kernels, transposed), stride: 4 * n, kind: 'F32', layout: 'kn' } as const;
  const input = tf.tensor2d(x, [m, k]);
  const biasTensor = tf.tensor1d(bias);
  const tensor = tf.tensor2d(transposed, [k, n]);
  const samplers: Record<string, Sampler> = {
    lent: { run: () => linear({ weight: lent, bias: biasTensor }, input).dispose() },
    lentKernel: { run: () => gemm(kernels, { ...product, b: bf16 }) },
    tensor: { run: () => linear({ weight: tensor, bias: biasTensor }, input).dispose() },
    tensorKernel: { run: () => gemm(kernels, { ...product, b: float }) },
  };
  return { samplers };
}
