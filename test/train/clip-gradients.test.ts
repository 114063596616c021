import { expect, test } from 'vitest';

import { clipGradients, globalNorm } from '../../src/train/clip-gradients.js';

// biome-ignore format: one line

const gradients = () => new Map([['a', Float32Array.of(3, 0)], ['b', Float32Array.of(0, 4)]]);

test('large gradients are scaled together to the norm asked for', () => {
  const clipped = gradients();
  expect(clipGradients(clipped, 1)).toBe(5);
  expect(globalNorm(clipped)).toBeCloseTo(1, 6);
  expect(clipped.get('a')?.[0]).toBeCloseTo(0.6, 6);
});

test('small gradients stay as they are', () => {
  const small = gradients();
  expect(clipGradients(small, 10)).toBe(5);
  expect([...(small.get('b') ?? [])]).toEqual([0, 4]);
});

test('a gradient that is not finite is named', () => {
  const broken = gradients().set('b', Float32Array.of(0, Number.NaN));
  expect(() => clipGradients(broken, 1)).toThrow(/norm of NaN \(first at b\)/);
});
