/** Our product of one row with a bf16 matrix, and reading memory without any arithmetic. */
import { Engine } from '../../../src/simd/engine.js';
import { gemm } from '../../../src/simd/gemm.js';
import { readStream } from '../../../src/simd/limits.js';
import type { Prepared } from '../contestant/sampler.js';
import { placed } from './heap-values.js';
import type { MatmulSettings } from './matmul-shape.js';
import { toBf16, valuesOf } from './values.js';

/** Copies of the matrix, used in turn, so that it comes from memory and not from a cache. */
const COPIES = 16;
const UNITS_PER_THREAD = 8;

export async function prepare({ threads, m, k, n }: MatmulSettings): Promise<Prepared> {
  const engine = await Engine.start({ threads });
  await engine.ready();
  const { kernels } = engine;
  const bytes = 2 * n * k;
  const all = kernels.heap.allocate(COPIES * bytes);
  const weights = new Uint8Array(toBf16(valuesOf('weights', n * k)).buffer);
  for (let i = 0; i < COPIES; i++) new Uint8Array(kernels.heap.memory.buffer).set(weights, all + i * bytes);
  const a = { address: placed(kernels, valuesOf('x', m * k)), stride: 4 * k };
  const c = { address: kernels.heap.allocate(4 * m * n), stride: 4 * n };
  let copy = 0;
  const run = () => {
    copy = (copy + 1) % COPIES;
    gemm(kernels, {
      m,
      k,
      n,
      a,
      c,
      b: { address: all + copy * bytes, stride: 2 * k, kind: 'BF16', layout: 'nk' },
    });
  };
  run();
  const output = kernels.floats(c.address, m * n).slice();
  const stream = { address: all, bytes: COPIES * bytes, units: UNITS_PER_THREAD * threads };
  const samplers = {
    run: { run, repeats: COPIES, work: bytes },
    read: { run: () => void readStream(kernels, stream), work: stream.bytes },
  };
  return { samplers, outputs: { run: output } };
}
