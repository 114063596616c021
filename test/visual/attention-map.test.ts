import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { attentionPool } from '../../src/contrastive/attention-pool.js';
import type { InternVLConfig } from '../../src/contrastive/config.js';
import { encodeImage, type InternVLC } from '../../src/contrastive/internvl-c.js';
import { type Blocks, residentParams } from '../../src/nn/blocks.js';
import { layerNorm } from '../../src/nn/layer-norm.js';
import { type Linear, linear } from '../../src/nn/linear.js';
import { rmsNorm } from '../../src/nn/rms-norm.js';
import { tapUnder } from '../../src/nn/tap.js';
import { disposeTree } from '../../src/nn/tree.js';
import { type QueryTower, queryStates } from '../../src/qllama/query-tower.js';
import { readQueryTower } from '../../src/qllama/weights.js';
import { internVit } from '../../src/vision/internvit.js';
import { attentionMaps } from '../../src/visual/attention-map.js';
import type { AttentionMap, AttentionTarget } from '../../src/visual/attention-target.js';
import { seededValues } from '../backend/seeded-values.js';
import { type OpenedTiny, openTiny, readTiny } from '../contrastive/tiny-checkpoint.js';
import { relativeL2 } from '../nn/relative-l2.js';

// 56×42 pixels: 4 rows of 3 patches; vision 80 wide, 5 heads; queries 84 wide, 7 heads; pool 4 heads.
let tiny: OpenedTiny;
let config: InternVLConfig;
let model: InternVLC;
let queries: QueryTower;
let pixels: tf.Tensor;
const values = new Map<string, tf.Tensor>();
beforeAll(async () => {
  tiny = await openTiny();
  config = tiny.config;
  model = await readTiny(tiny, 'resident');
  queries = await readQueryTower(new Scope(tiny.source), config.qllama);
  pixels = seededValues([1, 56, 42, 3], 1);
  const tap = (name: string, x: tf.Tensor) => void values.set(name, tf.keep(x.clone()));
  const tokens: tf.Tensor = await internVit(config.vision, model.vision, pixels, { tap });
  values.set('tokens', tokens);
  attentionPool(model.clipProjector, tokens, 4, tapUnder(tap, 'clip_projector')).dispose();
  (await queryStates(config.qllama, queries, tokens, { tap })).dispose();
});
afterAll(async () => {
  disposeTree([model, queries, pixels, [...values.values()]]);
  await tiny.close();
});

const seen = (name: string) => values.get(name) ?? tf.zeros([0]);
const count = (n: number) => [...Array(n).keys()];
const blockAt = <Params>(blocks: Blocks<Params>, i: number): Params => residentParams(blocks)[i] as Params;
const maps = (targets: readonly AttentionTarget[]) =>
  attentionMaps(config, { ...model, queries }, pixels, targets);
const weightsOf = (map: AttentionMap) => [map.classToken, ...map.patches];

/** Σ weight·v per head, heads joined, projected: what the forward must give for the token that looks. */
function mixed(heads: readonly AttentionMap[], v: tf.Tensor, proj: Linear): tf.Tensor {
  const parts = tf.split(tf.squeeze(v, [0]), heads.length, 1);
  const looks = heads.map((head, h) => tf.matMul(tf.tensor2d([weightsOf(head)]), parts[h] as tf.Tensor2D));
  return linear(proj, tf.concat(looks, 1));
}

/** softmax(q·kᵀ/√D) of one head in float64, in the plainest way. */
function recomputed(q: tf.Tensor, k: tf.Tensor, row: number, h: number, H: number): number[] {
  const [queries = [], keys = []] = [q.arraySync(), k.arraySync()].map((x) => (x as number[][][])[0]);
  const D = (queries[0]?.length ?? 0) / H;
  const part = (x: number[] = []) => x.slice(h * D, (h + 1) * D);
  const powers = keys.map((key) => {
    const right = part(key);
    return Math.exp(part(queries[row]).reduce((sum, a, d) => sum + a * (right[d] ?? 0), 0) / Math.sqrt(D));
  });
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

describe('the weights are those of the forward: mixing the values with them gives its output', () => {
  test('every token of a block of InternViT', async () => {
    const tokens = [undefined, ...count(12).map((i) => ({ row: Math.floor(i / 3), column: i % 3 }))];
    const found = await maps(
      tokens.flatMap((patch) => count(5).map((head) => ({ part: 'vit', block: 3, head, patch }) as const)),
    );
    const { proj } = blockAt(model.vision.blocks, 3).attn;
    tf.tidy(() => {
      const v = tf.slice(seen('block.3.qkv'), [0, 0, 160], [-1, -1, -1]);
      for (const row of tokens.keys()) {
        const expected = tf.slice(seen('block.3.attn'), [0, row, 0], [1, 1, -1]);
        expect(relativeL2(mixed(found.slice(row * 5, row * 5 + 5), v, proj), expected)).toBeLessThan(1e-5);
      }
    });
  });

  test('the pool', async () => {
    const found = await maps(count(4).map((head) => ({ part: 'pool', head })));
    const { v, normV, proj } = model.clipProjector;
    const embedding = await encodeImage(config, model, pixels);
    tf.tidy(() => {
      const output = mixed(found, linear(v, layerNorm(normV, seen('tokens'), 1e-5)), proj);
      expect(relativeL2(output, embedding)).toBeLessThan(1e-5);
    });
    embedding.dispose();
  });

  test('the cross-attention of a layer of QLLaMA', async () => {
    const looks = [0, 50, 95].flatMap((index) =>
      count(7).map((head) => ({ part: 'query', index, layer: 2, head }) as const),
    );
    const found = await maps(looks);
    const { crossAttn } = blockAt(queries.blocks, 2);
    if (!crossAttn) throw new Error('layer 2 sees the picture');
    tf.tidy(() => {
      const v = linear(crossAttn.vProj, rmsNorm(crossAttn.norm2, seen('tokens'), config.qllama.normEps));
      for (const [i, index] of [0, 50, 95].entries()) {
        const expected = tf.slice(seen('layer.2.cross_attn'), [0, index, 0], [1, 1, -1]);
        expect(relativeL2(mixed(found.slice(i * 7, i * 7 + 7), v, crossAttn.oProj), expected)).toBeLessThan(
          1e-5,
        );
      }
    });
  });
});

describe('each map', () => {
  const from = (row: number, column: number) => ({ patch: { row, column } });
  const cases: [AttentionTarget, q: string, row: number, numHeads: number][] = [
    [{ part: 'vit' }, 'block.4.q_norm', 0, 5],
    [{ part: 'vit', block: 0, head: 2 }, 'block.0.q_norm', 0, 5],
    [{ part: 'vit', block: 1, ...from(2, 1) }, 'block.1.q_norm', 8, 5],
    [{ part: 'pool' }, 'clip_projector.q', 0, 4],
    [{ part: 'query', index: 7 }, 'layer.4.cross_attn.q', 7, 7],
    [{ part: 'query', index: 95, layer: 0, head: 6 }, 'layer.0.cross_attn.q', 95, 7],
  ];
  test.each(cases)('%j: sums to 1 and is what q and k of the forward give', async (target, q, row, H) => {
    const [map] = await maps([target]);
    if (!map) throw new Error('expected a map');
    const weights = weightsOf(map);
    expect([map.gridY, map.gridX]).toEqual([4, 3]);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    const k = seen(q.replace(/q(_norm)?$/, 'k$1'));
    const own = count(H).filter((h) => target.head === undefined || h === target.head);
    const perHead = own.map((h) => recomputed(seen(q), k, row, h, H));
    for (const [n, weight] of weights.entries()) {
      const mean = perHead.reduce((sum, head) => sum + (head[n] ?? 0), 0) / own.length;
      expect(weight).toBeCloseTo(mean, 12);
    }
  });
});

test('the forward ends at the deepest block that is asked for', async () => {
  const done: number[] = [];
  const onBlock = (block: number) => void done.push(block);
  await attentionMaps(
    config,
    model,
    pixels,
    [
      { part: 'vit', block: 1 },
      { part: 'vit', block: 0 },
    ],
    { onBlock },
  );
  expect(done).toEqual([1, 2]);
});

test('it keeps no tensor, resident or streamed, when it succeeds and when it does not', async () => {
  const streamed = await readTiny(tiny, 'stream');
  const targets: AttentionTarget[] = [
    { part: 'pool' },
    { part: 'vit', block: 1 },
    { part: 'query', index: 3 },
  ];
  await expect(() => maps(targets)).toKeepAsync(0);
  await expect(() => attentionMaps(config, streamed, pixels, [{ part: 'vit', block: 1 }])).toKeepAsync(0);
  const aborted = { signal: AbortSignal.abort(new Error('enough')) };
  await expect(async () => {
    await expect(attentionMaps(config, streamed, pixels, targets.slice(0, 2), aborted)).rejects.toThrow(
      'enough',
    );
  }).toKeepAsync(0);
  disposeTree(streamed);
});

test('a query of a model without queries is refused, with what works', async () => {
  const asked = attentionMaps(config, model, pixels, [{ part: 'query', index: 0 }]);
  await expect(asked).rejects.toThrow(
    'expected a model with queries (InternVL-G), got one without; pool and vit',
  );
});
