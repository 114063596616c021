/** Who owns the memory of the tokens before: every way in which reading or a step can end. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import type { KvCache } from '../../src/llama/cache.js';
import { prefill, step } from '../../src/llama/decoder.js';
import type { LanguageModel } from '../../src/llama/language-model.js';
import type { TowerOptions } from '../../src/nn/tower-options.js';
import { embedded, plainConfig, readPrompts, readSmallLlama } from './small-llama.js';

const config = plainConfig;
const perLayer = 2 * config.numLayers; // keys and values
let model: LanguageModel;
beforeAll(async () => {
  model = await readSmallLlama(config);
});

/** What two texts leave behind once they are read. */
async function readTwo(options?: TowerOptions): Promise<KvCache> {
  // biome-ignore format: a text a line
  const texts = [[1, 7, 9, 12],
                 [1, 3, 3, 17]];
  const { logits, cache } = await readPrompts(config, model, texts, options);
  logits.dispose();
  return cache;
}

/** The model, telling before each layer. */
const watched = (before: (layer: number) => void): LanguageModel => ({
  ...model,
  blocks: {
    ...model.blocks,
    async *inOrder(signal) {
      let layer = 0;
      for await (const params of model.blocks.inOrder(signal)) {
        before(layer++);
        yield params;
      }
    },
  },
});
const failingAt = (layer: number) =>
  watched((i) => {
    if (i === layer) throw new Error('cannot be read');
  });
const withoutHead: () => LanguageModel = () => ({
  ...model,
  head: {
    ...model.head,
    // biome-ignore lint/correctness/useYield: it fails before
    async *inOrder() {
      throw new Error('no head');
    },
  },
});

test('prefill keeps logits, keys and values, and not its argument', async () => {
  const embeds = await embedded(model, [[1, 2, 3]]);
  await expect(() => prefill(config, model, { embeds, visible: [[1, 1, 1]] })).toKeepAsync(1 + perLayer);
  expect(embeds.isDisposed).toBe(false);
});

test('a step keeps as much: what it was given is freed layer by layer', async () => {
  const cache = await readTwo();
  const freed: number[] = [];
  const watching = watched(() => {
    freed.push(cache.layers.filter(({ keys, values }) => keys.isDisposed && values.isDisposed).length);
  });
  await expect(() => step(config, watching, cache, [4, 5])).toKeepAsync(1); // the logits
  expect(freed).toEqual([0, 1, 2]);
});

const refused = async (attempt: () => Promise<unknown>, message: string) =>
  expect(() => expect(attempt()).rejects.toThrow(message)).toKeepAsync(0);

test.each([
  [[4], 'expected a token for each of 2 rows, got 1'],
  [[4, 5, 6], 'expected a token for each of 2 rows, got 3'],
  [[4, 50], 'token ids: expected 0…49, got 50'],
  [[4, -1], 'token ids: expected 0…49, got -1'],
  [[4, Number.NaN], 'token ids: expected 0…49, got NaN'],
])('a step with the tokens %j is refused and keeps nothing', async (ids, message) => {
  await refused(async () => step(config, model, await readTwo(), ids), message);
});

test('a step past the end of the context is refused and keeps nothing', async () => {
  const full = { ...config, maxPositions: 4 }; // as many tokens as each text has
  const message = 'expected room for a token, got a context of 4 that is full';
  await refused(async () => step(full, model, await readTwo(), [4, 5]), message);
});

test.each([0, 1, 2])('layer %i that cannot be read: nothing stays', async (layer) => {
  await refused(() => readPrompts(config, failingAt(layer), [[1, 2, 3]]), 'cannot be read');
  await refused(async () => step(config, failingAt(layer), await readTwo(), [4, 5]), 'cannot be read');
});

test('a head that cannot be read: nothing stays', async () => {
  await refused(() => readPrompts(config, withoutHead(), [[1, 2, 3]]), 'no head');
  await refused(async () => step(config, withoutHead(), await readTwo(), [4, 5]), 'no head');
});

test.each([1, 2, 3])('aborted after layer %i: nothing stays', async (layer) => {
  const attempt = (run: (options: TowerOptions) => Promise<unknown>) => async () => {
    const aborter = new AbortController();
    const onBlock = (done: number) => done === layer && aborter.abort(new Error('enough'));
    await run({ signal: aborter.signal, onBlock: (done) => void onBlock(done) });
  };
  await refused(
    attempt((options) => readTwo(options)),
    'enough',
  );
  await refused(
    attempt(async (options) => step(config, model, await readTwo(), [4, 5], options)),
    'enough',
  );
});

test('a model that was freed meanwhile: nothing stays', async () => {
  const norm = { weight: tf.ones([config.hiddenSize]) };
  norm.weight.dispose();
  const freed = { ...model, norm };
  await refused(() => readPrompts(config, freed, [[1, 2, 3]]), 'disposed');
  await refused(async () => step(config, freed, await readTwo(), [4, 5]), 'disposed');
});
