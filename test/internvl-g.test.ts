/** What a person asks of a model with the weights of InternVL-G, and is told of one without. */
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { InternVL, recallAtK } from '../src/index.js';
import { rowAt } from '../src/tasks/embeddings.js';
import { temporaryFolder, writeTinyModel } from './package/tiny-model.js';

const picture = (name: string) => fileURLToPath(new URL(`../docs/pictures/${name}.png`, import.meta.url));
const [dog, cat] = [picture('dog'), picture('cat')];
const folder = temporaryFolder();
const path = join(folder.path, 'tiny');
const withoutG = join(folder.path, 'without-g');
const short = { minNewTokens: 3, maxNewTokens: 6 };
let model: InternVL;

beforeAll(async () => {
  model = await InternVL.fromPretrained(writeTinyModel(path));
  const tiny = fileURLToPath(new URL('fixtures/reference/tiny-14b/', import.meta.url));
  mkdirSync(withoutG);
  const weights = 'internvl_c_13b_224px.pth';
  copyFileSync(join(tiny, 'checkpoint-pth', weights), join(withoutG, weights));
  for (const file of ['config.json', 'tokenizer.model']) cpSync(join(path, file), join(withoutG, file));
});
afterAll(async () => {
  await model.dispose();
  folder.remove();
});

describe('with all weights', () => {
  test('both modes read pictures, and give other vectors; texts have one', async () => {
    expect(model.modes).toEqual(['InternVL-C', 'InternVL-G']);
    const c = await model.encodeImage([dog, cat]);
    const g = await model.encodeImage([dog, cat], { mode: 'InternVL-G' });
    expect([g.rows, g.width]).toEqual([2, model.width]);
    expect(await model.encodeImage([dog, cat], { mode: 'InternVL-C' })).toEqual(c);
    const cosine = rowAt(c, 0).reduce((sum, value, i) => sum + value * (rowAt(g, 0)[i] ?? 0), 0);
    expect(cosine).toBeGreaterThan(0.3); // half of the sum is the other one
    expect(cosine).toBeLessThan(0.999);
    expect(Math.hypot(...g.raw.subarray(0, g.width))).toBeLessThan(2); // of two unit vectors
  });

  test('classify and retrieve go by the mode', async () => {
    const labels = ['dog', 'cat', 'car'];
    const ask = (mode: 'InternVL-C' | 'InternVL-G') => model.classify(dog, labels, { mode });
    const cosines = async (mode: 'InternVL-C' | 'InternVL-G') =>
      Object.fromEntries((await ask(mode)).map(({ label, cosine }) => [label, cosine.toFixed(4)]));
    expect(await cosines('InternVL-G')).not.toEqual(await cosines('InternVL-C'));
    const g = await model.retrieve([dog, cat], labels, { mode: 'InternVL-G' });
    const c = await model.retrieve([dog, cat], labels);
    expect(g.similarity).not.toEqual(c.similarity);
    await expect(model.encodeImage(dog, { mode: 'G' as never })).rejects.toThrow(
      'mode: expected InternVL-C or InternVL-G, got G',
    );
  });

  test('one picture has one caption and one match, lists have lists', async () => {
    const one = await model.caption(dog, short);
    const two = await model.caption([dog, cat], short);
    expect(two.map(({ text }) => text)).toEqual([one.text, (await model.caption(cat, short)).text]);
    const match = await model.match(dog, 'a dog');
    expect((await model.match([dog, cat], ['a dog', 'a cat']))[0]).toBeCloseTo(match, 5);
    await expect(model.match([dog, cat], ['a'])).rejects.toThrow(
      'expected a text for each of 2 pictures, got 1',
    );
    const misspelt = { numBeam: 2 } as object;
    await expect(model.caption(dog, misspelt)).rejects.toThrow('got numBeam');
    expect(() => model.captionStream(dog, misspelt)).toThrow('got numBeam');
  });

  test('rerank orders the best by their match, and recall counts by that', async () => {
    const texts = ['a dog', 'a cat', 'a red car', 'the blue car in a video game'];
    const found = await model.retrieve([dog, cat], texts, { rerank: 3, topK: 2 });
    const all = await model.matchPairs([dog], texts, texts.map((_, text) => ({ picture: 0, text }))); // biome-ignore format: a call
    const plain = await model.retrieve([dog, cat], texts, { topK: 3 });
    const expected = (plain.textsOf[0] ?? [])
      .map(({ index }) => index)
      .sort((a, b) => (all[b] ?? 0) - (all[a] ?? 0));
    expect(found.textsOf[0]?.map(({ index }) => index)).toEqual(expected.slice(0, 2));
    expect(found.textsOf[0]?.[0]?.match).toBeCloseTo(all[expected[0] ?? 0] ?? 0, 5);
    expect(found.similarity).toEqual(plain.similarity);
    const recall = recallAtK(found.byPicture, [0, 1, 1, 0], [1, 4], found.byText);
    expect([recall.imageToText[4], recall.textToImage[4]]).toEqual([1, 1]);
    for (const rerank of [-1, 1.5, Number.NaN]) {
      await expect(model.retrieve([dog], texts, { rerank })).rejects.toThrow(
        `rerank: expected a whole number, got ${rerank}`,
      );
    }
  });

  test('progress of a re-ranked search goes up and ends at its total', async () => {
    const told: number[] = [];
    const onProgress = (done: number, total: number) => told.push(done / total);
    await model.retrieve([dog, cat], ['a', 'b', 'c'], { rerank: 2, onProgress });
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    expect(told.at(-1)).toBeCloseTo(1, 9);
  });
});

describe('without the weights of InternVL-G', () => {
  const says =
    /without-g: expected the weights of InternVL-G, got a checkpoint without query_tokens, .* and \d+ more: classify, embed and retrieve work in mode InternVL-C$/;

  test('what needs them names some that are missing, and what works', async () => {
    const c = await InternVL.fromPretrained(withoutG);
    expect(c.modes).toEqual(['InternVL-C']);
    await expect(c.encodeImage(dog, { mode: 'InternVL-G' })).rejects.toThrow(says);
    await expect(c.classify(dog, ['a'], { mode: 'InternVL-G' })).rejects.toThrow(says);
    await expect(c.caption(dog)).rejects.toThrow(says);
    expect(() => c.captionStream(dog)).toThrow(says);
    await expect(c.match(dog, 'a dog')).rejects.toThrow(says);
    await expect(c.retrieve([dog], ['a'], { rerank: 1 })).rejects.toThrow(says);
    expect(await c.classify(dog, ['a', 'b'])).toHaveLength(2);
    expect((await c.retrieve([dog], ['a'])).textsOf).toHaveLength(1);
    await c.dispose();
  });
});

describe('dispose', () => {
  test.each(['resident', 'stream'] as const)(
    'waits for a caption that is being told (%s)',
    async (memory) => {
      const own = await InternVL.fromPretrained(path, { memory });
      const whole = await own.caption(dog, { ...short, numBeams: 1 });
      const stream = own.captionStream(dog, short);
      const pieces = [(await stream.next()).value ?? ''];
      let isDisposed = false;
      const disposed = own.dispose().then(() => {
        isDisposed = true;
      });
      for await (const piece of stream) {
        expect(isDisposed).toBe(false);
        pieces.push(piece);
      }
      await disposed;
      expect(pieces.join('').trim()).toBe(whole.text);
      await expect(own.caption(dog)).rejects.toThrow('this model was disposed');
    },
  );

  test('waits no longer for one that was left', async () => {
    const own = await InternVL.fromPretrained(path);
    for await (const _ of own.captionStream(dog, short)) break;
    await own.dispose();
  });

  test('comes before a caption that was not begun: that one says so', async () => {
    const own = await InternVL.fromPretrained(path);
    const stream = own.captionStream(dog, short);
    await own.dispose();
    await expect(stream.next()).rejects.toThrow('this model was disposed');
    expect(() => own.captionStream(dog, short)).toThrow('this model was disposed');
  });

  test('leaves no tensor, whatever was asked', async () => {
    for (const memory of ['resident', 'stream'] as const) {
      await expect(async () => {
        const own = await InternVL.fromPretrained(path, { memory });
        await own.encodeImage(dog, { mode: 'InternVL-G' });
        await own.caption([dog, cat], short);
        for await (const piece of own.captionStream(dog, short)) expect(piece).not.toBe('');
        await own.retrieve([dog, cat], ['a', 'b'], { rerank: 2 });
        await own.dispose();
      }).toKeepAsync(0);
    }
  });
});
