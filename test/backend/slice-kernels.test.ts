import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** A tensor of rank 1 to 5, and a box inside it. */
const boxes = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      begin: fc.tuple(...shape.map((n) => fc.integer({ min: 0, max: n - 1 }))),
    }),
  )
  .chain(({ shape, begin }) =>
    fc.record({
      shape: fc.constant(shape),
      begin: fc.constant(begin),
      size: fc.tuple(...shape.map((n, i) => fc.integer({ min: 1, max: n - (begin[i] ?? 0) }))),
    }),
  );

/** 0, 1, 2, … in the shape. */
const counted = (shape: number[], dtype: 'float32' | 'int32' = 'float32') => {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.reshape(tf.range(0, size, 1, dtype), shape);
};

/** The box by its definition: row-major, index by index. */
function expected(shape: number[], begin: number[], size: number[]): number[] {
  const strides = tf.util.computeStrides(shape).concat(1);
  return size
    .reduce<number[][]>(
      (prefixes, n) => prefixes.flatMap((p) => Array.from({ length: n }, (_, i) => [...p, i])),
      [[]],
    )
    .map((index) =>
      index.reduce((offset, i, axis) => offset + (i + (begin[axis] ?? 0)) * (strides[axis] ?? 1), 0),
    );
}

describe('slices on the wasm heap', () => {
  test.each(['float32', 'int32'] as const)('of %s hold the values of the box', (dtype) => {
    fc.assert(
      fc.property(boxes, ({ shape, begin, size }) => {
        tf.tidy(() => {
          const y = tf.slice(counted(shape, dtype), begin, size);
          expect(y.shape).toEqual(size);
          expect(y.dtype).toBe(dtype);
          expect([...y.dataSync()]).toEqual(expected(shape, begin, size));
        });
      }),
    );
  });

  test('put together again along any axis are the whole', () => {
    fc.assert(
      fc.property(boxes, fc.nat(), ({ shape }, pick) => {
        tf.tidy(() => {
          const axis = pick % shape.length;
          const x = counted(shape);
          const n = shape[axis] ?? 1;
          const parts = tf.split(x, n > 1 ? [1, n - 1] : 1, axis);
          expect([...tf.concat(parts, axis).dataSync()]).toEqual([...x.dataSync()]);
        });
      }),
    );
  });

  test('of booleans still go the way of tfjs', () => {
    const x = tf.tensor1d([true, false, true], 'bool');
    expect([...tf.slice(x, 1, 2).dataSync()]).toEqual([0, 1]);
  });

  test('beyond the end are refused: memory behind a tensor belongs to others', () => {
    expect(() => tf.slice(counted([2, 3]), [0, 1], [2, 3])).toThrow('would overflow');
    expect(() => tf.slice(counted([2, 3]), [2], [1])).toThrow('would overflow');
  });

  test('of several types are put together as tfjs does', () => {
    const parts = [tf.tensor1d([1, 2], 'int32'), tf.tensor1d([3.5])];
    expect([...tf.concat(parts).dataSync()]).toEqual([1, 2, 3]);
  });

  test('keep one tensor', () => {
    const x = counted([4, 6]);
    expect(() => tf.slice(x, [1, 2], [2, 3])).toKeep(1);
    expect(() => tf.split(x, 3, 1)).toKeep(3);
    x.dispose();
  });
});
