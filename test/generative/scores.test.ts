import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { hypothesis, hypothesisScore, paddedIds } from '../../src/generative/hypothesis.js';
import { logSumExp } from '../../src/generative/log-softmax.js';
import { TopK } from '../../src/generative/top-k.js';

describe('the score of a hypothesis', () => {
  // Log-probabilities with and without the end of the text, and the score that transformers gave before 4.36,
  // when the end did not count as a token.
  test.each([
    { logProbs: [-0.5, -0.5, -0.2], endedByEos: true, before436: -0.6, now: -0.4 },
    { logProbs: [-0.5, -0.5, -0.2], endedByEos: false, before436: -0.4, now: -0.4 },
    { logProbs: [-0.1, -0.3, -0.4, -0.8, -0.4], endedByEos: true, before436: -0.5, now: -0.4 },
  ])('is their sum by the number of tokens: %o', ({ logProbs, endedByEos, before436, now }) => {
    const sum = logProbs.reduce((a, b) => a + b);
    const ids = logProbs.slice(endedByEos ? 1 : 0).map((_, i) => i + 3);
    expect(hypothesisScore(sum, ids.length, 1)).toBeCloseTo(before436, 12);
    expect(hypothesis(ids, sum, endedByEos, 1).score).toBeCloseTo(now, 12);
  });

  test('has the length to the power of the penalty', () => {
    expect(hypothesisScore(-6, 4, 0)).toBe(-6);
    expect(hypothesisScore(-6, 4, 0.5)).toBe(-3);
    expect(hypothesisScore(-6, 4, 2)).toBe(-6 / 16);
    expect(hypothesisScore(-6, 4, -1)).toBe(-24);
  });
});

test('hypotheses as rows have their end, then padding up to the longest', () => {
  const ended = { ids: [5], score: 0, endedByEos: true };
  const cut = { ids: [6, 7, 8], score: 0, endedByEos: false };
  expect(paddedIds([[ended, cut], [ended]], 2, 0)).toEqual([
    [5, 2, 0],
    [6, 7, 8],
    [5, 2, 0],
  ]);
  expect(paddedIds([], 2, 0)).toEqual([]);
});

describe('log Σ exp', () => {
  test('is the normaliser of softmax, for large and for impossible logits', () => {
    expect(logSumExp(Float32Array.of(0, Math.log(3)))).toBeCloseTo(Math.log(4), 6);
    expect(logSumExp(Float32Array.of(3e38, 3e38))).toBeCloseTo(Math.fround(3e38), -25);
    expect(logSumExp(Float32Array.of(-3e38, -Infinity))).toBe(Math.fround(-3e38));
  });

  test('is refused where no token has a probability', () => {
    for (const bad of [[NaN], [1, NaN], [Infinity, 0], [-Infinity, -Infinity], []]) {
      expect(() => logSumExp(Float32Array.from(bad)), String(bad)).toThrow('expected finite logits, got');
    }
  });
});

test('the k best are the first k of all, sorted', () => {
  const scores = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(-Infinity)));
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 12 }), (all, count) => {
      const best = new TopK(count);
      for (const [index, score] of all.entries()) best.offer(score, index);
      const sorted = all
        .map((score, index) => ({ index, score }))
        .sort((a, b) => (a.score === b.score ? a.index - b.index : b.score - a.score));
      expect(best.sorted()).toEqual(sorted.slice(0, count));
    }),
  );
});
