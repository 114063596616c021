import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createRandom, hash32, type RandomState } from '../../src/emojiworld/random.js';

test('the same seed and stream give the same numbers, another stream others', () => {
  const draw = (seed: number, stream: string) => {
    const random = createRandom(seed, stream);
    return Array.from({ length: 20 }, () => random.next());
  };
  expect(draw(7, 'a')).toEqual(draw(7, 'a'));
  expect(draw(7, 'a')).not.toEqual(draw(7, 'b'));
  expect(draw(7, 'a')).not.toEqual(draw(8, 'a'));
});

test('the numbers stay what they are: a data set of an old seed can be made again', () => {
  const random = createRandom(1, 'train');
  expect([random.int(1000), random.int(1000), random.int(1000), random.int(1000)]).toMatchInlineSnapshot(`
    [
      799,
      714,
      274,
      679,
    ]
  `);
  expect(hash32('emojiworld')).toMatchInlineSnapshot(`955455547`);
});

test('a stored state continues exactly where it was, in the middle of anything', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(50), (seed, steps) => {
      const random = createRandom(seed);
      for (let i = 0; i < steps; i++) random.normal();
      const stored = JSON.parse(JSON.stringify(random.state())) as RandomState;
      const expected = [random.next(), random.normal(), random.int(100)];
      const other = createRandom(0);
      other.restore(stored);
      expect([other.next(), other.normal(), other.int(100)]).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('uniform and normal numbers have their moments', () => {
  const random = createRandom(3);
  const N = 20_000;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / N;
  const uniform = Array.from({ length: N }, () => random.next());
  const normal = Array.from({ length: N }, () => random.normal());
  expect(mean(uniform)).toBeCloseTo(0.5, 1.7);
  expect(mean(normal)).toBeCloseTo(0, 1);
  expect(mean(normal.map((value) => value * value))).toBeCloseTo(1, 1);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
});

test('shuffle gives a permutation and leaves its argument alone', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  const shuffled = createRandom(5).shuffle(items);
  expect(shuffled).not.toEqual(items);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  expect(items).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('seeds must be integers and choices not empty', () => {
  expect(() => createRandom(0.5)).toThrow('expected an integer seed, got 0.5');
  expect(() => createRandom(1).pick([])).toThrow('expected a number of choices of at least 1, got 0');
});
