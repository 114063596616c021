/** Tokens and scores of the official code for the model of `golden-model.ts`, to six digits. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import type { InternVLG } from '../../src/contrastive/internvl-g.js';
import { readInternVLG } from '../../src/contrastive/weights.js';
import { generate } from '../../src/generative/generate.js';
import { matchLogits, matchProbability } from '../../src/generative/matching-head.js';
import { imageDecoder } from '../../src/generative/model-decoder.js';
import { disposeTree } from '../../src/nn/tree.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { queryStates } from '../../src/qllama/query-tower.js';
import { internVit } from '../../src/vision/internvit.js';
import { goldenConfig, goldenPixels, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { idRows } from '../qllama/golden-qllama.js';

/** Six digits of the smallest values. */
const tolerance = 2e-5;

// biome-ignore format: a vector a line
const afterPrompts = [
  [-0.498291, 0.0737151, -0.54503, 0.185515, 0.205914, -0.287943],
  [-0.227259, 0.142241, 0.050787, -0.130246, 0.282348, -0.443589],
];
// biome-ignore format: a vector a line
const afterOneToken = [
  [-0.877703, 0.530945, -0.158206, -0.146986, 0.150884, 0.0414645],
  [0.175371, 0.153603, -0.506531, 0.0883961, 0.566538, -0.546994],
];
// biome-ignore format: a text a line
const written = [
  [44, 14, 15, 47, 47, 47],
  [14, 15, 7, 48, 1, 48],
];
const firstSix = (rows: readonly Float32Array[]) => rows.map((row) => tf.tensor1d(row.slice(0, 6)));

let model: InternVLG;
let image: tf.Tensor;
let ids: tf.Tensor;
beforeAll(async () => {
  model = await readInternVLG(new Scope(goldenWeights), goldenConfig);
  image = await internVit(goldenConfig.vision, model.vision, goldenPixels(1000, 2, 28));
  ids = idRows([1, 20, 21], [1, 22, 23]);
});
afterAll(() => disposeTree([model, image, ids]));

describe.each([
  ['with the twins', <T>(fn: () => T) => fn()],
  ['in composed form', withoutTwins],
])('QLLaMA writes what the official code writes, %s:', (_, both) => {
  const decoder = () => imageDecoder(goldenConfig.qllama, model, { image, ids });

  test('the scores after the prompts, and after one token more', async () => {
    await both(async () => {
      const { prefill, step, dispose } = decoder();
      const prompts = await prefill();
      for (const [b, own] of firstSix(prompts.logits).entries()) {
        expect(relativeL2(own, afterPrompts[b] ?? [])).toBeLessThan(tolerance);
      }
      const next = await step(prompts.state, [44, 14]);
      for (const [b, own] of firstSix(next.logits).entries()) {
        expect(relativeL2(own, afterOneToken[b] ?? [])).toBeLessThan(tolerance);
      }
      dispose(next.state);
    });
  });

  test('the best six tokens', async () => {
    const texts = await both(() => generate(decoder(), { maxNewTokens: 6 }));
    expect(texts.map(([text]) => text?.ids)).toEqual(written);
  });
});

test('what the matching head says of queries that have seen no caption', async () => {
  const states = await queryStates(goldenConfig.qllama, model.queries, image);
  const logits = matchLogits(model.itmHead, states);
  expect(relativeL2(logits, [0.0697809, 0.119234, 0.329347, 0.33536])).toBeLessThan(tolerance);
});

test('a match is the second of two classes', () => {
  const logits = tf.tensor2d([[0, Math.log(3)], [5, 5], [100, -100]]); // biome-ignore format: rows
  expect(relativeL2(matchProbability(logits), [0.75, 0.5, 0])).toBeLessThan(1e-6);
  expect(() => matchProbability(tf.zeros([2, 3]))).toThrow('expected [B, 2], got [2, 3]');
});

describe('memory:', () => {
  const search = { numBeams: 4, numReturnSequences: 3, maxNewTokens: 5, eosTokenId: 2 };
  const decoder = () => imageDecoder(goldenConfig.qllama, model, { image, ids });

  test('a search leaves nothing behind, nor do its heads', async () => {
    await expect(() => generate(decoder(), search)).toKeepAsync(0);
    await expect(() => generate(decoder(), { maxNewTokens: 3 })).toKeepAsync(0);
    const states = tf.zeros([2, 96, 64]);
    expect(() => matchProbability(matchLogits(model.itmHead, states))).toKeep(2);
  });

  test.each([1, 3])('nor does one that is aborted before step %i', async (at) => {
    const aborter = new AbortController();
    const own = decoder();
    let steps = 0;
    const aborting: typeof own = {
      ...own,
      step: (...args) => {
        if (++steps === at) aborter.abort(new Error('enough'));
        return own.step(...args);
      },
    };
    const run = () => generate(aborting, { ...search, signal: aborter.signal });
    await expect(() => expect(run()).rejects.toThrow('enough')).toKeepAsync(0);
  });
});
