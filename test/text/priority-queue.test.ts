import fc from 'fast-check';
import { expect, test } from 'vitest';

import { PriorityQueue } from '../../src/text/priority-queue.js';

test('gives out in order whatever was put in, pushes and pops mixed', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (steps) => {
      const queue = new PriorityQueue<number>((a, b) => a < b);
      let expected: number[] = [];
      for (const step of steps) {
        if (step === undefined) {
          expect(queue.pop()).toBe(expected.shift());
        } else {
          queue.push(step);
          expected = [...expected, step].sort((a, b) => a - b);
        }
      }
      for (const number of expected) expect(queue.pop()).toBe(number);
      expect(queue.pop()).toBeUndefined();
    }),
  );
});
