import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { selectRows } from '../../src/llama/cache.js';
import { step } from '../../src/llama/decoder.js';
import type { LanguageModel } from '../../src/llama/language-model.js';
import { disposeTree } from '../../src/nn/tree.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { relativeL2 } from '../nn/relative-l2.js';
import {
  allLogits,
  groupedConfig,
  logitsAt,
  plainConfig,
  readPrompts,
  readSmallLlama,
} from './small-llama.js';

const texts = {
  'one text': [[1, 7, 9, 12, 5, 33, 8, 41]],
  'texts of one length': [
    [1, 7, 9, 12, 5, 33, 8, 41],
    [1, 49, 3, 3, 17, 2, 2, 6],
  ],
  'texts with padding on their left': [
    [0, 0, 0, 1, 12, 5, 33, 8],
    [1, 49, 3, 3, 17, 2, 2, 6],
    [0, 1, 9, 9, 9, 20, 21, 22],
  ],
};
const prompt = 5; // tokens that are read at once

describe.each([
  ['as many heads of keys as of queries', plainConfig],
  ['shared heads of keys', groupedConfig],
])('with %s', (_, config) => {
  let model: LanguageModel;
  beforeAll(async () => {
    model = await readSmallLlama(config);
  });

  test.each(Object.entries(texts))('%s: token by token, the logits of all at once', async (__, ids) => {
    const T = ids[0]?.length ?? 0;
    const whole = await allLogits(config, model, ids);
    let { logits, cache } = await readPrompts(
      config,
      model,
      ids.map((row) => row.slice(0, prompt)),
    );
    for (let t = prompt; ; t++) {
      for (const b of ids.keys()) {
        const own = tf.slice(logits, [b, 0], [1, -1]);
        expect(relativeL2(own, logitsAt(whole, b, t - 1))).toBeLessThan(1e-5);
      }
      if (t === T) break;
      const next = ids.map((row) => row[t] ?? 0);
      ({ logits, cache } = await step(config, model, cache, next));
    }
    expect(cache.layers[0]?.keys.shape[1]).toBe(T);
    disposeTree(cache.layers);
  });

  test('a text beside a longer one has the logits that it has alone', async () => {
    const short = [1, 12, 5];
    const alone = await readPrompts(config, model, [short]);
    const among = await readPrompts(config, model, [
      [0, 0, ...short],
      [1, 7, 9, 12, 5],
    ]);
    expect(relativeL2(tf.slice(among.logits, [0, 0], [1, -1]), alone.logits)).toBeLessThan(1e-5);
    const [own, other] = [await step(config, model, alone.cache, [8]), [8, 41]];
    const both = await step(config, model, among.cache, other);
    expect(relativeL2(tf.slice(both.logits, [0, 0], [1, -1]), own.logits)).toBeLessThan(1e-5);
    disposeTree([own.cache.layers, both.cache.layers]);
  });

  test('beams go on from the rows that were chosen for them', async () => {
    const ids = texts['texts with padding on their left'];
    const { cache } = await readPrompts(
      config,
      model,
      ids.map((row) => row.slice(0, prompt)),
    );
    const { logits, cache: after } = await step(config, model, selectRows(cache, [2, 0, 2]), [20, 5, 7]);
    for (const [beam, [row, token]] of [[2, 20] as const, [0, 5] as const, [2, 7] as const].entries()) {
      const whole = await allLogits(config, model, [[...(ids[row] ?? []).slice(0, prompt), token]]);
      expect(relativeL2(tf.slice(logits, [beam, 0], [1, -1]), logitsAt(whole, 0, prompt))).toBeLessThan(1e-5);
    }
    disposeTree(after.layers);
  });

  test('with the twins and in composed form alike', async () => {
    const run = async () => {
      const { cache } = await readPrompts(config, model, texts['texts with padding on their left']);
      const { logits, cache: after } = await step(config, model, cache, [7, 8, 9]);
      disposeTree(after.layers);
      return logits;
    };
    expect(relativeL2(await run(), await withoutTwins(run))).toBeLessThan(1e-5);
  });
});

test('a prompt that cannot be read is refused', async () => {
  const model = await readSmallLlama(plainConfig);
  const reading = (prompts: number[][]) => readPrompts(plainConfig, model, prompts);
  await expect(
    reading([
      [1, 5],
      [7, 0],
    ]),
  ).rejects.toThrow(
    // biome-ignore format: rows
    new RangeError('prompt 2: expected padding on the left, got it at the end'),
  );
  await expect(reading([new Array(65).fill(5)])).rejects.toThrow(
    new RangeError('prompt: expected at most 64 tokens, got 65'),
  );
});
