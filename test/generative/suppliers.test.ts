/** The same text from weights in memory, from shards on disk, and from weights that are made when used. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runningEngine } from '../../src/backend/engine.js';
import { checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import { diskFolder } from '../../src/checkpoint/disk-folder.js';
import type { FloatSource } from '../../src/checkpoint/float-source.js';
import { Scope } from '../../src/checkpoint/scope.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import type { TensorSource } from '../../src/checkpoint/tensor-source.js';
import { encodeImageG } from '../../src/contrastive/internvl-g.js';
import { internVLTiny as config } from '../../src/contrastive/presets.js';
import { readInternVLG } from '../../src/contrastive/weights.js';
import { generate } from '../../src/generative/generate.js';
import { matchLogits } from '../../src/generative/matching-head.js';
import { imageDecoder } from '../../src/generative/model-decoder.js';
import type { Residency } from '../../src/nn/blocks.js';
import { disposeTree } from '../../src/nn/tree.js';
import { withoutTwins } from '../../src/nn/twin.js';
import type { WeightLender } from '../../src/nn/weight.js';
import { openModel } from '../../src/open-model.js';
import { matchingStates } from '../../src/qllama/query-tower.js';
import { synthesizeModel } from '../../src/synthesize-model.js';
import { internVit } from '../../src/vision/internvit.js';
import { seededValues } from '../backend/seeded-values.js';
import { CountingLender } from '../checkpoint/counting-lender.js';
import { idRows } from '../qllama/golden-qllama.js';

const seed = 6;
const folder = join(tmpdir(), `internvl-suppliers-${process.pid}`);
const opened: TensorSource[] = [];
const sources: Record<'whole' | 'half' | 'made', FloatSource> = {
  whole: syntheticWeights(seed), // replaced below by the files
  half: syntheticWeights(seed),
  made: syntheticWeights(seed),
};
beforeAll(async () => {
  for (const [name, layers] of [
    ['whole', 4],
    ['half', 2],
  ] as const) {
    await synthesizeModel(join(folder, name), config, { seed, layers });
    const source = await openModel(diskFolder(join(folder, name)), config);
    opened.push(source);
    sources[name] = checkpointWeights(source);
  }
});
afterAll(async () => {
  for (const source of opened) await source.close();
  rmSync(folder, { recursive: true });
});

/** Everything that InternVL-G does, as numbers. */
async function answers(source: FloatSource, memory: Residency, lender?: WeightLender) {
  const model = await readInternVLG(new Scope(source, '', { lender }), config, { memory });
  const pixels = seededValues([2, 56, 56, 3], 1);
  const ids = idRows([0, 1, 20], [1, 22, 23]);
  const image: tf.Tensor = await internVit(config.vision, model.vision, pixels);
  const decoder = imageDecoder(config.qllama, model, { image, ids });
  const kept: tf.Tensor[] = [pixels, ids, image];
  try {
    const greedy = await generate(decoder, { maxNewTokens: 5 });
    const beams = await generate(decoder, { maxNewTokens: 5, numBeams: 3, numReturnSequences: 2 });
    const { logits, state } = await decoder.prefill();
    decoder.dispose(state);
    const embeds: tf.Tensor = await encodeImageG(config, model, pixels);
    const reader = { ...model.queries, tokens: model.text.tokens };
    const states: tf.Tensor = await matchingStates(config.qllama, reader, { image, ids });
    const match: tf.Tensor = matchLogits(model.itmHead, states);
    kept.push(embeds, states, match);
    const numbers = [embeds, match].map((x) => [...x.dataSync()]);
    return { greedy, beams, numbers, logits: logits.map((row) => [...row]) };
  } finally {
    disposeTree([kept, model]);
  }
}

const ways = (['whole', 'half', 'made'] as const).flatMap((name) =>
  (['resident', 'stream', 'one-by-one'] as const).map((memory) => ({ name, memory })),
);

describe('the same bits from files, files and the rule, and the rule alone, resident and streamed:', () => {
  test('as tensors', async () => {
    const expected = await answers(sources.whole, 'resident');
    for (const { name, memory } of ways) expect(await answers(sources[name], memory)).toEqual(expected);
  });

  test('lent to the engine, which gives back all of it', async () => {
    const engine = runningEngine();
    if (engine === undefined) return expect.unreachable();
    const before = engine.lentBytes;
    const expected = await answers(sources.whole, 'resident', engine);
    for (const { name, memory } of ways) {
      expect(await answers(sources[name], memory, engine)).toEqual(expected);
    }
    expect(engine.lentBytes).toBe(before);
  });

  test('in composed form, where lent and unlent are the same, too', async () => {
    await withoutTwins(async () => {
      const expected = await answers(sources.whole, 'resident');
      const lender = new CountingLender();
      expect(await answers(sources.half, 'stream', lender)).toEqual(expected);
      expect(lender.bytes).toBe(0);
    });
  });
});

test('with the twins and without, the scores are within 1e-5 of each other', async () => {
  const fused = await answers(sources.whole, 'resident');
  const composed = await withoutTwins(() => answers(sources.whole, 'resident'));
  for (const what of ['logits', 'numbers'] as const) {
    for (const [i, row] of composed[what].entries()) {
      const error = Math.hypot(...row.map((value, j) => value - (fused[what][i]?.[j] ?? Number.NaN)));
      expect(error / Math.hypot(...row)).toBeLessThan(1e-5);
    }
  }
  const texts = ({ greedy, beams }: typeof fused) =>
    [greedy, beams].map((all) => all.flat().map(({ ids }) => ids));
  expect(texts(fused)).toEqual(texts(composed));
});

test('nothing stays behind', async () => {
  await expect(() => answers(sources.made, 'stream')).toKeepAsync(0);
  await expect(() => answers(sources.whole, 'resident')).toKeepAsync(0);
});
