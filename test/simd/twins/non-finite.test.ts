/**
 * NaN and ±∞ among the inputs come out where the composed form has them: IEEE arithmetic decides, nothing is
 * dropped and nothing traps. In gradients the order of operations decides whether ∞ or NaN comes of ∞; and a
 * target of ∞ is no distribution: cross-entropy with it is ∞ in composed form, NaN by the twin.
 */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { bothWays, inputsOf, resultAndGradients, type TwinCase } from './both-ways.js';
import { smallCases } from './twin-cases.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const values = [nan, inf, -inf, 3e38, -3e38, 1e-40];

/** The same NaN or ±∞; numbers need only be close. */
function alike(a: number, b: number): boolean {
  return Number.isFinite(b) ? Math.abs(a - b) <= 1e-4 * (1 + Math.abs(b)) : Object.is(a, b);
}

/** The inputs of a case, one of which has `value` at some place in its middle. */
function spoilt(given: TwinCase, input: number, value: number): tf.Tensor[] {
  return inputsOf(given).map((tensor, i) => {
    if (i !== input) return tensor;
    const data = tensor.dataSync().slice();
    data[Math.floor(data.length / 2)] = value;
    return tf.tensor(data, tensor.shape);
  });
}

const cases = smallCases.flatMap((given) => given.shapes.split(' ').map((_, input) => ({ ...given, input })));

test.each(cases)('$kernel $what, input $input', (given) => {
  for (const value of values) {
    tf.tidy(() => {
      const inputs = spoilt(given, given.input, value);
      const { fused, composed } = bothWays(given, () => given.op(inputs).dataSync());
      const wrong = [...fused].findIndex((y, i) => !alike(y, composed[i] ?? 0));
      expect({ value, wrong, got: fused[wrong], expected: composed[wrong] }).toEqual({ value, wrong: -1 });
    });
  }
});

test.each(cases)(
  '$kernel $what, input $input: gradients are finite where those are of the composed form',
  (given) => {
    for (const value of [nan, inf, -inf]) {
      tf.tidy(() => {
        const inputs = spoilt(given, given.input, value);
        const { fused, composed } = bothWays(given, () => resultAndGradients(given, inputs));
        fused.forEach((tensor, i) => {
          const finite = [...tensor.dataSync()].map(Number.isFinite);
          expect(finite).toEqual([...(composed[i] as tf.Tensor).dataSync()].map(Number.isFinite));
        });
      });
    }
  },
);
