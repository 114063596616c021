/** One block of InternViT-6B after the other, streamed, and nothing but its four matrix products. */
import { type Gemm, gemm } from '../../../src/simd/gemm.js';
import type { Kernels } from '../../../src/simd/kernels.js';
import { block } from '../../../src/vision/block.js';
import { internVit6B } from '../../../src/vision/config.js';
import type { Prepared } from '../contestant/sampler.js';
import { type Block6BSettings, blocks6B, startedEngine, TOKENS, tokens6B } from './block-6b.js';
import { placed } from './heap-values.js';
import { toBf16, valuesOf } from './values.js';

/** Blocks of a sample: each but the first is read while the one before computes. */
const BLOCKS_AT_ONCE = 3;

export async function prepare(settings: Block6BSettings): Promise<Prepared> {
  const engine = await startedEngine(settings);
  const blocks = await blocks6B(engine, settings, Number.POSITIVE_INFINITY);
  const order = blocks.inOrder()[Symbol.asyncIterator]();
  const tokens = tokens6B();
  const streamed = async () => {
    const next = await order.next();
    if (next.done) throw new Error('expected blocks without end');
    block(internVit6B, next.value, tokens).dispose();
  };
  const products = blockProducts(engine.kernels);
  const gemms = () => {
    for (const product of products) gemm(engine.kernels, product);
  };
  return { samplers: { streamed: { run: streamed, repeats: BLOCKS_AT_ONCE }, gemms: { run: gemms } } };
}

/** Those of qkv, proj, fc1, fc2, each with memory of its own. */
function blockProducts(kernels: Kernels): Gemm[] {
  const { hiddenSize: C, intermediateSize: M } = internVit6B;
  const shapes: readonly [k: number, n: number][] = [
    [C, 3 * C],
    [C, C],
    [C, M],
    [M, C],
  ];
  return shapes.map(([k, n]) => ({
    ...{ m: TOKENS, k, n, a: { address: placed(kernels, valuesOf('x', TOKENS * k)), stride: 4 * k } },
    b: {
      address: placed(kernels, toBf16(valuesOf('weights', n * k))),
      stride: 2 * k,
      kind: 'BF16',
      layout: 'nk',
    },
    c: { address: kernels.heap.allocate(4 * TOKENS * n), stride: 4 * n },
  }));
}
