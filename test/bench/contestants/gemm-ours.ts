/** Our matrix product with bf16 weights, packing of both sides included. */
import { Engine } from '../../../src/simd/engine.js';
import { type Gemm, gemm } from '../../../src/simd/gemm.js';
import type { Kernels } from '../../../src/simd/kernels.js';
import type { Prepared } from '../contestant/sampler.js';
import { placed } from './heap-values.js';
import type { MatmulSettings } from './matmul-shape.js';
import { toBf16, valuesOf } from './values.js';

export async function prepare({ threads, m, k, n }: MatmulSettings): Promise<Prepared> {
  const engine = await Engine.start({ threads });
  await engine.ready();
  const { kernels } = engine;
  const product = productOf(kernels, { m, k, n });
  const times = (arithmetic: 'exact' | 'int16') => () => gemm(kernels, { ...product, arithmetic });
  const outputOf = (run: () => void) => {
    run();
    return kernels.floats(product.c.address, m * n).slice();
  };
  const work = 2 * m * k * n;
  const samplers = {
    exact: { run: times('exact'), work },
    fast: { run: times('int16'), work },
  };
  return { samplers, outputs: { exact: outputOf(times('exact')), fast: outputOf(times('int16')) } };
}

function productOf(kernels: Kernels, { m, k, n }: Omit<MatmulSettings, 'threads'>): Gemm {
  return {
    ...{ m, k, n },
    a: { address: placed(kernels, valuesOf('x', m * k)), stride: 4 * k },
    b: {
      address: placed(kernels, toBf16(valuesOf('weights', n * k))),
      stride: 2 * k,
      kind: 'BF16',
      layout: 'nk',
    },
    c: { address: kernels.heap.allocate(4 * m * n), stride: 4 * n },
  };
}
