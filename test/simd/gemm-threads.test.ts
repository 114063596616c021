import { expect, test } from 'vitest';

import { Engine } from '../../src/simd/engine.js';
import type { Kernels } from '../../src/simd/kernels.js';
import { type Case, computed } from './gemm-case.js';
import { storages } from './gemm-matrices.js';
import { randomFloats } from './heap-arrays.js';

/** Sizes that are divided among threads by columns, by rows, and for few rows. */
const shapes = [
  { m: 70, n: 300, k: 700 },
  { m: 700, n: 9, k: 65 },
  { m: 1, n: 333, k: 5000 },
  { m: 4, n: 70, k: 300 },
];

function results(kernels: Kernels): Buffer {
  const parts = shapes.flatMap(({ m, n, k }) =>
    storages.flatMap((storage) =>
      (['exact', 'int16'] as const).map((arithmetic) => {
        const [a, b, scales] = [randomFloats(m * k, 1), randomFloats(k * n, 2, -90, 90), randomFloats(n, 3)];
        const given: Case = { m, n, k, a, b, storage, arithmetic, bias: scales, activation: 'gelu' };
        return computed(kernels, storage.kind === 'I8' ? { ...given, scales } : given);
      }),
    ),
  );
  return Buffer.concat(parts.map(({ buffer }) => Buffer.from(buffer)));
}

test('any number of threads gives the same bits', async () => {
  const outcomes: Buffer[] = [];
  for (const threads of [1, 2, 3, 4]) {
    const engine = await Engine.start({ threads });
    await engine.ready();
    outcomes.push(results(engine.kernels));
    await engine.dispose();
  }
  const [first = Buffer.alloc(0), ...others] = outcomes;
  expect(first.some((byte) => byte !== 0)).toBe(true);
  expect(others.map((other) => other.equals(first))).toEqual([true, true, true]);
});
