/**
 * Whether a device computes what it should: a graphics device may answer with zeros and say nothing. Each case is
 * held against plain arithmetic on the processor.
 */
import * as tf from '@tensorflow/tfjs-core';

import { DeviceError } from './device-error.js';

interface Case {
  readonly name: string;
  readonly compute: () => tf.Tensor;
  readonly expected: readonly number[];
}

/** Sizes that are no multiple of any tile. */
const [ROWS, INNER, COLUMNS] = [37, 131, 67];
const TOLERANCE = 1e-4; // relative L2; a right float32 product of this size is within 1e-6

const values = (count: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(Math.sin(step * (i + 1))));

/** What was compared, and the largest relative L2 distance. @throws DeviceError for an answer that is wrong. */
export async function testDevice(device: string): Promise<{ cases: readonly string[]; worst: number }> {
  const cases = selfTests();
  let worst = 0;
  for (const { name, compute, expected } of cases) {
    const result = compute();
    const actual = await result.data();
    result.dispose();
    const distance = relativeDistance(actual, expected);
    if (!(distance < TOLERANCE)) {
      const [got, wanted] = [actual, expected].map((some) => Array.from(some).slice(0, 3).join(', '));
      throw new DeviceError(
        `${device}: ${name}: expected ${wanted}, …, got ${got}, … (relative L2 ${distance.toExponential(1)}): ` +
          'this device computes wrong results; use wasm',
      );
    }
    worst = Math.max(worst, distance);
  }
  return { cases: cases.map(({ name }) => name), worst };
}

function selfTests(): Case[] {
  const a = values(ROWS * INNER, 1);
  const b = values(INNER * COLUMNS, 7);
  const product = productOf(a, b);
  const rows = [5, 0, ROWS - 1, 5];
  return [
    {
      name: `product ${ROWS} x ${INNER} x ${COLUMNS}`,
      compute: () =>
        tf.tidy(() => tf.matMul(tf.tensor2d(a, [ROWS, INNER]), tf.tensor2d(b, [INNER, COLUMNS]))),
      expected: product,
    },
    {
      name: 'softmax',
      compute: () => tf.tidy(() => tf.softmax(tf.tensor2d(product, [ROWS, COLUMNS]))),
      expected: softmaxOf(product),
    },
    {
      name: 'gather',
      compute: () => tf.tidy(() => tf.gather(tf.tensor2d(a, [ROWS, INNER]), tf.tensor1d(rows, 'int32'))),
      expected: rows.flatMap((row) => a.slice(row * INNER, (row + 1) * INNER)),
    },
  ];
}

function productOf(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: ROWS * COLUMNS }, (_, i) => {
    const [row, column] = [Math.floor(i / COLUMNS), i % COLUMNS];
    let sum = 0;
    for (let k = 0; k < INNER; k++) sum += (a[row * INNER + k] ?? 0) * (b[k * COLUMNS + column] ?? 0);
    return sum;
  });
}

/** Of each row of COLUMNS. */
function softmaxOf(x: readonly number[]): number[] {
  return Array.from({ length: ROWS }, (_, row) => x.slice(row * COLUMNS, (row + 1) * COLUMNS)).flatMap(
    (row) => {
      const powers = row.map((value) => Math.exp(value - Math.max(...row)));
      const sum = powers.reduce((total, power) => total + power);
      return powers.map((power) => power / sum);
    },
  );
}

/** ‖actual − expected‖ / ‖expected‖; NaN if a value is. */
function relativeDistance(actual: ArrayLike<number>, expected: readonly number[]): number {
  const squares = (some: readonly number[]) => some.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(
    squares(expected.map((value, i) => (actual[i] ?? Number.NaN) - value)) / squares(expected),
  );
}
