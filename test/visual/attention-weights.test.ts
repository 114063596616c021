import { describe, expect, test } from 'vitest';

import { attentionWeights, meanOfHeads } from '../../src/visual/attention-weights.js';

describe('attentionWeights', () => {
  test('two heads of two channels, by hand', () => {
    const q = [1, 0, 0, 2];
    const k = [3, 9, 9, 1, /**/ 1, 7, 7, 3];
    const [first, second] = attentionWeights(q, k, 2);
    expect(first?.[0]).toBeCloseTo(1 / (1 + Math.exp(-2 / Math.SQRT2)), 14); // scores 3/√2 and 1/√2
    expect(second?.[0]).toBeCloseTo(1 / (1 + Math.exp(4 / Math.SQRT2)), 14); //  scores 2/√2 and 6/√2
    for (const head of [first, second]) expect((head?.[0] ?? 0) + (head?.[1] ?? 0)).toBeCloseTo(1, 14);
  });

  test('large scores neither overflow nor vanish', () => {
    const [weights] = attentionWeights([1e4], [1e4, 1e4, -1e4], 1);
    expect([...(weights ?? [])]).toEqual([0.5, 0.5, 0]);
  });

  test.each([
    [[1, 2, 3], [1, 2, 3], 2, 'expected heads that divide C=3, got 2'],
    [[1, 2], [1, 2, 3], 1, 'expected keys of 2 numbers each, got 3 numbers'],
    [[1, 2], [], 1, 'expected keys of 2 numbers each, got 0 numbers'],
  ])('q %j with k %j in %d heads is an error', (q, k, numHeads, message) => {
    expect(() => attentionWeights(q, k, numHeads)).toThrow(new RangeError(message));
  });
});

test('the mean of heads is taken key by key', () => {
  expect([...meanOfHeads([Float64Array.of(1, 0), Float64Array.of(0.5, 0.5)])]).toEqual([0.75, 0.25]);
});
