import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { tapUnder } from '../../src/nn/tap.js';

test('a tap under a prefix names what it sees, and hands on the tensor itself', () => {
  const seen: [string, tf.Tensor][] = [];
  const x = tf.scalar(1);
  const tap = tapUnder((name, value) => seen.push([name, value]), 'block.3');
  tap?.('attn', x);
  expect(seen.map(([name]) => name)).toEqual(['block.3.attn']);
  expect(seen[0]?.[1]).toBe(x);
});

test('no tap stays none, so that nothing is computed for it', () => {
  expect(tapUnder(undefined, 'block.3')).toBeUndefined();
});
