/** Outputs of the official code for the model of `golden-model.ts`, to six digits: the side that the queries add. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { attentionPool } from '../../src/contrastive/attention-pool.js';
import { type GenerativeImageHead, poolWithQueries } from '../../src/contrastive/internvl-g.js';
import { readAttentionPool, readGenerativeImageHead } from '../../src/contrastive/weights.js';
import { disposeTree } from '../../src/nn/tree.js';
import { queryStates } from '../../src/qllama/query-tower.js';
import { internVit } from '../../src/vision/internvit.js';
import { readInternVit } from '../../src/vision/weights.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { goldenConfig, goldenPixels, goldenWeights } from './golden-model.js';

/** Six digits of the smallest values. */
const tolerance = 2e-5;

let head: GenerativeImageHead;
let tokens: tf.Tensor;
beforeAll(async () => {
  const root = new Scope(goldenWeights);
  const vision = await readInternVit(root.at('vision_model'), goldenConfig.vision);
  tokens = await internVit(goldenConfig.vision, vision, goldenPixels(1000, 2, 28));
  const pool = await readAttentionPool(root.at('clip_projector'), 60, goldenConfig.clipEmbedDim);
  head = await readGenerativeImageHead(root, goldenConfig, pool);
});
afterAll(() => disposeTree([head, tokens]));

const first = (x: tf.Tensor, b: number, i: number) => tf.slice(x, [b, i, 0], [1, 1, 6]);

describe('InternVL-G', () => {
  test('its queries end where those of the official code end', async () => {
    const states = await queryStates(goldenConfig.qllama, head.queries, tokens);
    const expected = [0.766272, 1.00192, -1.34614, -0.712594, 0.439973, -1.40563];
    expect(relativeL2(first(states, 0, 0), expected)).toBeLessThan(tolerance);
    const last = [0.903391, -1.51963, 0.0720846, -0.67715, 0.622871, -0.736082];
    expect(relativeL2(first(states, 1, 95), last)).toBeLessThan(tolerance);
    expect(tf.sum(tf.abs(states)).arraySync()).toBeCloseTo(10136.441, 1);
    const pooled = attentionPool(head.clipProjector2, states as tf.Tensor, goldenConfig.attnPoolNumHeads);
    const second = [0.0265921, -0.126352, 0.0561049, 0.0622243, -0.36721, 0.0545211, 0.023723, -0.309409];
    expect(relativeL2(tf.slice(pooled, [0, 0], [1, 8]), second)).toBeLessThan(tolerance);
  });

  test('its embedding is the sum of two unit vectors', async () => {
    const embeds = await poolWithQueries(goldenConfig, head, tokens);
    const expected = [
      0.0453645, 0.0172544, 0.206683, -0.310922, -0.326057, 0.631823, 0.249282, -0.101265, -0.297541, 0.18274,
      -0.453125, -0.0775946, -0.509819, 1.06958, 0.191706, -0.474994,
    ];
    expect(relativeL2(embeds, expected)).toBeLessThan(tolerance);
  });

  test('keeps its embedding and nothing else', async () => {
    await expect(() => poolWithQueries(goldenConfig, head, tokens)).toKeepAsync(1);
  });
});
