import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { step } from '../../src/llama/decoder.js';
import type { TowerOptions } from '../../src/nn/tower-options.js';
import { disposeTree } from '../../src/nn/tree.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { prefill } from '../../src/qllama/prefill.js';
import { languageModelOf, type QLlama } from '../../src/qllama/qllama.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { config, idRows, readGolden, rowsFrom } from './golden-qllama.js';

const Q = config.numQueries;
let model: QLlama;
let image: tf.Tensor;
beforeAll(async () => {
  model = await readGolden();
  image = seededValues([2, 5, 60], 3);
});
const read = (ids: tf.Tensor, pictures = image, params = model, options?: TowerOptions) =>
  prefill(config, params, { image: pictures, ids }, options);
const prompts = () => idRows([1, 20, 21], [1, 22, 23]);

/** Keys and values of layer i: of the queries, or of the text. */
function part({ cache }: Awaited<ReturnType<typeof read>>, i: number, which: 'queries' | 'text'): number[] {
  const { keys, values } = cache.layers[i] ?? {};
  const [start, size] = which === 'queries' ? [0, Q] : [Q, -1];
  return [keys, values].flatMap((x) => [
    ...tf.slice(x ?? tf.zeros([0, 0, 0]), [0, start, 0], [-1, size, -1]).dataSync(),
  ]);
}
const layers = [0, 1, 2, 3];

describe('who looks at whom:', () => {
  test('the queries at no text: another prompt leaves their keys and values as they are, to the bit', async () => {
    const one = await read(prompts());
    const other = await read(idRows([1, 33, 34], [1, 2, 3]));
    for (const i of layers) {
      expect(part(other, i, 'queries')).toEqual(part(one, i, 'queries'));
      expect(part(other, i, 'text')).not.toEqual(part(one, i, 'text'));
    }
  });

  test('a longer prompt leaves them as they are, too', async () => {
    const [one, other] = [await read(prompts()), await read(idRows([1, 20, 21, 22], [1, 5, 6, 7]))];
    for (const i of layers) {
      const expected = part(one, i, 'queries');
      expect(relativeL2(tf.tensor1d(part(other, i, 'queries')), expected)).toBeLessThan(1e-6);
    }
  });

  test('the text at the queries: other queries change it from the second layer on', async () => {
    const moved = { ...model, queries: { ...model.queries, queryTokens: seededValues([1, Q, 64], 9) } };
    const [one, other] = [await read(prompts()), await read(prompts(), image, moved)];
    expect(part(other, 0, 'text')).toEqual(part(one, 0, 'text')); // keys of a layer are of what comes into it
    for (const i of [1, 2, 3]) expect(part(other, i, 'text')).not.toEqual(part(one, i, 'text'));
  });

  test('the text at the image only through the queries, which look in layer 0', async () => {
    const [one, other] = [await read(prompts()), await read(prompts(), seededValues([2, 5, 60], 4))];
    expect(part(other, 0, 'queries')).toEqual(part(one, 0, 'queries'));
    expect(part(other, 1, 'queries')).not.toEqual(part(one, 1, 'queries'));
    expect(part(other, 1, 'text')).toEqual(part(one, 1, 'text'));
    expect(part(other, 2, 'text')).not.toEqual(part(one, 2, 'text'));
  });

  test('a text token at those before it alone', async () => {
    const [one, other] = [await read(prompts()), await read(idRows([1, 20, 7], [1, 22, 7]))];
    const firstTwo = (read: typeof one, i: number) =>
      tf.slice(read.cache.layers[i]?.keys ?? tf.zeros([0, 0, 0]), [0, Q, 0], [-1, 2, -1]).arraySync();
    for (const i of layers) expect(firstTwo(other, i)).toEqual(firstTwo(one, i));
  });
});

test.each([
  ['with the twins', <T>(fn: () => T) => fn()],
  ['in composed form', withoutTwins],
])('prompts of different lengths, left-padded, are read as each alone, %s', async (_, both) => {
  await both(async () => {
    const batch = await read(idRows([0, 0, 1, 20], [1, 22, 23, 24]));
    const next = await step(config, languageModelOf(model), batch.cache, [5, 6]);
    const texts = [
      [1, 20],
      [1, 22, 23, 24],
    ];
    for (const [b, text] of texts.entries()) {
      const alone = await read(idRows(text), rowsFrom(image, b));
      expect(relativeL2(rowsFrom(batch.logits, b), alone.logits)).toBeLessThan(1e-5);
      const then = await step(config, languageModelOf(model), alone.cache, [5 + b]);
      expect(relativeL2(rowsFrom(next.logits, b), then.logits)).toBeLessThan(1e-5);
      disposeTree(then.cache.layers);
    }
    disposeTree(next.cache.layers);
  });
});

describe('what cannot be read is refused, and keeps nothing:', () => {
  const long = Array.from({ length: 161 }, () => 5);
  test.each([
    ['padding at the end', [[1, 20, 0], [1, 22, 23]], 'prompt 1: expected padding on the left'], // biome-ignore format: a case a line
    ['nothing but padding', [[1, 20, 21], [0, 0, 0]], 'prompt 2: expected padding on the left'], // biome-ignore format: a case a line
    ['another number of prompts', [[1, 20]], 'expected [B=2, T], got [1, 2]'],
    ['too many tokens', [long, long], 'expected at most 160 tokens behind 96 queries, got 161'],
    ['an unknown id', [[1, 50], [1, 2]], 'token ids: expected 0…49, got 50'], // biome-ignore format: a case a line
  ])('%s', async (_, rows, message) => {
    const ids = idRows(...rows);
    await expect(() => expect(read(ids)).rejects.toThrow(message)).toKeepAsync(0);
  });

  test('image tokens of another width', async () => {
    const ids = prompts();
    const wide = tf.zeros([2, 5, 64]);
    await expect(() => expect(read(ids, wide)).rejects.toThrow('expected [B, N, W=60]')).toKeepAsync(0);
  });

  test.each([1, 2, 4])('aborted after layer %i', async (layer) => {
    const ids = prompts();
    const run = async () => {
      const aborter = new AbortController();
      const onBlock = (done: number) => void (done === layer && aborter.abort(new Error('enough')));
      await read(ids, image, model, { signal: aborter.signal, onBlock });
    };
    await expect(() => expect(run()).rejects.toThrow('enough')).toKeepAsync(0);
  });
});

test('reading keeps logits, keys and values alone', async () => {
  const ids = prompts();
  await expect(() => read(ids)).toKeepAsync(1 + 2 * config.numLayers);
});
