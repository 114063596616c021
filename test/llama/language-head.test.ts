import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { runningEngine } from '../../src/backend/engine.js';
import { Scope } from '../../src/checkpoint/scope.js';
import { tokenLogits } from '../../src/llama/language-head.js';
import { readBlocks, streamedBlocks } from '../../src/nn/blocks.js';
import type { Linear } from '../../src/nn/linear.js';
import { disposeTree } from '../../src/nn/tree.js';
import { withoutTwins } from '../../src/nn/twin.js';
import type { WeightLender } from '../../src/nn/weight.js';
import { seededValues } from '../backend/seeded-values.js';
import { CountingLender } from '../checkpoint/counting-lender.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { strongWeights } from './small-llama.js';

const [C, V] = [64, 301];

/** A head of `V` rows, `rows` of them at a time. */
const headOf = (rows: number, residency: 'resident' | 'stream' = 'resident', lender?: WeightLender) => {
  const root = new Scope(strongWeights, '', { lender });
  const read = (i: number): Promise<Linear> => {
    const start = i * rows;
    return root.linearPart('lm_head', C, V, { start, count: Math.min(rows, V - start) });
  };
  return readBlocks(Math.ceil(V / rows), read, residency);
};

const logitsOf = async (states: tf.Tensor, ...[rows, residency, lender]: Parameters<typeof headOf>) => {
  const head = await headOf(rows, residency, lender);
  const logits = await tokenLogits(head, states);
  head.dispose();
  return logits;
};

test.each([
  ['one token', [1, C]],
  ['a token of each of five beams', [5, C]],
  ['all tokens of two texts', [2, 7, C]],
])('%s: in parts, streamed or not, the very logits of the whole matrix', async (_, shape) => {
  const states = seededValues(shape, 3);
  const whole = await logitsOf(states, V);
  expect(whole.shape).toEqual([...shape.slice(0, -1), V]);
  for (const rows of [37, 100, 300]) {
    for (const residency of ['resident', 'stream'] as const) {
      const parts = await logitsOf(states, rows, residency);
      expect(parts.shape).toEqual(whole.shape);
      expect(parts.dataSync()).toEqual(whole.dataSync());
    }
  }
});

test('lent, in parts and streamed: the very logits of the whole matrix that is lent', async () => {
  const engine = runningEngine();
  if (engine === undefined) return expect.unreachable();
  const before = engine.lentBytes;
  const states = seededValues([5, C], 3);
  const whole = await logitsOf(states, V, 'resident', engine);
  for (const residency of ['resident', 'stream'] as const) {
    const parts = await logitsOf(states, 100, residency, engine);
    expect(parts.dataSync()).toEqual(whole.dataSync());
  }
  expect(relativeL2(whole, await withoutTwins(() => logitsOf(states, V)))).toBeLessThan(1e-5);
  expect(engine.lentBytes).toBe(before);
});

test('lent or not, the composed form is the same to the bit', async () => {
  const states = seededValues([5, C], 3);
  await withoutTwins(async () => {
    const whole = await logitsOf(states, V);
    const lender = new CountingLender();
    expect((await logitsOf(states, 100, 'stream', lender)).dataSync()).toEqual(whole.dataSync());
    expect(lender.bytes).toBe(0);
  });
});

test('keeps its logits alone; of a head that fails in the middle nothing', async () => {
  const states = seededValues([2, C], 3);
  const head = await headOf(100);
  await expect(() => tokenLogits(head, states)).toKeepAsync(1);
  await expect(() => headOf(V).then((one) => tokenLogits(one, states))).toKeepAsync(1 + 1); // and the head
  const failing = streamedBlocks<Linear>(3, async (i) => {
    if (i === 2) throw new Error('gone');
    return { weight: tf.zeros([C, 10]) };
  });
  await expect(async () => {
    await expect(tokenLogits(failing, states)).rejects.toThrow('gone');
  }).toKeepAsync(0);
  const aborted = AbortSignal.abort(new Error('enough'));
  await expect(async () => {
    await expect(tokenLogits(head, states, aborted)).rejects.toThrow('enough');
  }).toKeepAsync(0);
  disposeTree(head);
});
