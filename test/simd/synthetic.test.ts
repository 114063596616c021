import { describe, expect, test } from 'vitest';

import { fromFloat32 } from '../../src/checkpoint/dtype.js';
import { syntheticValues } from '../../src/checkpoint/synthetic-weights.js';
import { synthetic } from '../../src/simd/synthetic.js';
import { builds, kernelsOf, withArrays } from './heap-arrays.js';

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  const ranges = [
    { scale: 2 ** -5, offset: 0 },
    { scale: 2 ** -4, offset: 1 },
    { scale: 0, offset: 2.65625 },
  ];

  /** The bf16 patterns of the kernel, and those of the rule. */
  function both(count: number, first: number, { scale, offset }: { scale: number; offset: number }) {
    const key = 0xfedcba98;
    const room = new Float32Array(Math.ceil(count / 2));
    const made = withArrays(kernels, [room], (to = 0) => {
      const range = { lowest: offset - scale, step: scale * 2 ** -23 };
      synthetic(kernels, { to, count, key, first, ...range });
      return Buffer.from(kernels.heap.memory.buffer, to, 2 * count).toString('hex');
    });
    const ruled = fromFloat32(syntheticValues(key, scale, offset, { start: first, count }), 'BF16');
    return [made, Buffer.from(ruled).toString('hex')];
  }

  test.each(ranges)('every remainder, values $offset ± $scale', (range) => {
    for (let count = 0; count <= 70; count++) {
      const [made, ruled] = both(count, 3 * count, range);
      expect(made, `${count} values`).toBe(ruled);
    }
  });

  test.each([16383, 16384, 16385, 50_001])('%d values: units follow one another', (count) => {
    for (const first of [0, 1, 2 ** 31 + 7]) {
      const [made, ruled] = both(count, first, { scale: 2 ** -6, offset: 0 });
      expect(made === ruled, `from ${first} on`).toBe(true);
    }
  });
});
