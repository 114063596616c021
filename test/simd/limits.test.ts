import { describe, expect, test } from 'vitest';

import { peakFlops, peakMultiplyAdds, readStream } from '../../src/simd/limits.js';
import { privateKernels } from '../../src/simd/private-kernels.js';

describe.each(['relaxed', 'baseline'] as const)('%s', (build) => {
  test('every unit does the multiply-adds that are counted', async () => {
    const kernels = await privateKernels(build);
    for (const options of [
      { units: 1, rounds: 1 },
      { units: 3, rounds: 700 },
      { units: 0, rounds: 5 },
    ]) {
      peakMultiplyAdds(kernels, options); // throws when one has not
      expect(peakFlops(options)).toBe(options.units * options.rounds * 2 * 4 * 12 * 1024);
    }
  });

  test.each([1, 2, 3, 7])('%i units read every word once', async (units) => {
    const kernels = await privateKernels(build);
    for (const steps of [0, 1, 2, 33]) {
      const bytes = 64 * units * steps;
      const address = kernels.heap.allocate(bytes + 16);
      const words = new Uint32Array(kernels.heap.memory.buffer, address, bytes / 4 + 4);
      words.forEach((_, i) => {
        words[i] = Math.imul(i + 1, 0x9e3779b1);
      });
      const expected = words.subarray(0, -4).reduce((sum, word) => (sum + word) >>> 0, 0);
      expect(readStream(kernels, { address, bytes, units })).toBe(expected);
      kernels.heap.free(address);
    }
  });

  test('bytes that the streams cannot share are refused, and nothing stays allocated', async () => {
    const kernels = await privateKernels(build);
    peakMultiplyAdds(kernels, { units: 1, rounds: 1 }); // the scratch memory stays
    const { heap } = kernels;
    const used = 'usedBytes' in heap ? heap.usedBytes : Number.NaN;
    const refused = () => readStream(kernels, { address: 128, bytes: 64, units: 2 });
    expect(refused).toThrow(new RangeError('expected a multiple of 128 bytes, got 64'));
    peakMultiplyAdds(kernels, { units: 4, rounds: 1 });
    readStream(kernels, { address: 128, bytes: 256, units: 2 });
    expect('usedBytes' in heap && heap.usedBytes).toBe(used);
  });
});
