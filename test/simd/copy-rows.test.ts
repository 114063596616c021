import { expect, test } from 'vitest';

import { copyRows } from '../../src/simd/copy-rows.js';
import { floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';

const kernels = await kernelsOf('baseline'); // one copy is like the other

test('rows of every number of bytes, between any strides', () => {
  for (const bytes of [...Array(150).keys(), 1023, 1024, 1025, 3001]) {
    const [rows, fromStride, toStride] = [5, bytes + 7, bytes + 13];
    const size = Math.ceil((rows * (bytes + 13)) / 4);
    const [from, to] = [randomFloats(size, bytes), new Float32Array(size).fill(7)];
    const got = withArrays(kernels, [from, to], (a, b) => {
      copyRows(kernels, { from: a + 1, fromStride, to: b + 3, toStride, rows, bytes });
      return new Uint8Array(floatsAt(kernels, b, size).buffer);
    });
    const expected = new Uint8Array(to.buffer);
    const source = new Uint8Array(from.buffer);
    for (let r = 0; r < rows; r++) {
      expected.set(source.subarray(1 + r * fromStride, 1 + r * fromStride + bytes), 3 + r * toStride);
    }
    expect(got, `${bytes} bytes`).toEqual(expected);
  }
});

test('cuts q, k and v out of their joint rows, and joins them again', () => {
  const [rows, width] = [200, 96];
  const joint = randomFloats(rows * 3 * width, 1);
  const parts = [0, 1, 2].map(() => new Float32Array(rows * width));
  withArrays(kernels, [joint, new Float32Array(joint.length), ...parts], (from, to, ...places) => {
    places.forEach((place, i) => {
      const [start, row] = [4 * width * i, 4 * width];
      const size = { rows, bytes: row };
      copyRows(kernels, { from: from + start, fromStride: 3 * row, to: place, toStride: row, ...size });
      copyRows(kernels, { from: place, fromStride: row, to: to + start, toStride: 3 * row, ...size });
    });
    expect(floatsAt(kernels, places[1] ?? 0, width)).toEqual(joint.slice(width, 2 * width));
    expect(floatsAt(kernels, to, joint.length)).toEqual(joint);
  });
});

test('no rows and no bytes are nothing', () => {
  const to = withArrays(kernels, [randomFloats(9, 1), new Float32Array(9).fill(7)], (from, at) => {
    copyRows(kernels, { from, fromStride: 4, to: at, toStride: 4, rows: 0, bytes: 4 });
    copyRows(kernels, { from, fromStride: 4, to: at, toStride: 4, rows: 9, bytes: 0 });
    return floatsAt(kernels, at, 9);
  });
  expect(to).toEqual(new Float32Array(9).fill(7));
});
