import { expect, test } from 'vitest';

import { lossLines } from '../../src/train/loss-lines.js';

const records = (...losses: number[]) => losses.map((loss, step) => ({ step, loss }));

test('the loss falls from the first line to the last', () => {
  expect(lossLines(records(5, 1, 0, 0), 80)).toEqual([
    '  5.000 █',
    '        █',
    '        █',
    '        █▅',
    '        ██',
    '  1.500 ██▇▁',
    '        steps 0 … 3, loss as the mean of 50',
  ]);
});

test('as wide as the terminal, whatever the length of the run', () => {
  const lines = lossLines(records(...Array.from({ length: 5000 }, (_, i) => 5 * 0.999 ** i)), 40);
  expect(Math.max(...lines.slice(0, 6).map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(lines[0]).toMatch(/^ {2}5\.000 █/);
});

test('a constant, one step, a step that broke', () => {
  expect(lossLines(records(2, 2), 80)[5]).toBe('  2.000 ▁▁');
  expect(lossLines(records(2), 80)[5]).toBe('  2.000 ▁');
  expect(lossLines(records(Number.NaN, 2, 1), 80)[5]).toMatch(/^ {2}1\.500 \?/);
  expect(() => lossLines(records(Number.NaN), 80)).toThrow('expected a step with a finite loss, got none');
  expect(() => lossLines([], 80)).toThrow(RangeError);
});
