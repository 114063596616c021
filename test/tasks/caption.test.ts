import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { RgbImage } from '../../src/image/rgb-image.js';
import { disposeTree } from '../../src/nn/tree.js';
import { captionPictures, captionStream } from '../../src/tasks/caption.js';
import type { CaptionSearch } from '../../src/tasks/caption-options.js';
import type { CaptionRequest } from '../../src/tasks/caption-request.js';
import type { GenerativeModel } from '../../src/tasks/generative-model.js';
import { photo, readSmallWriter } from './small-writer.js';

let model: GenerativeModel;
const pictures: RgbImage[] = [photo('dog'), photo('cat'), photo('banana')];
const [dog, cat] = [photo('dog'), photo('cat')];
beforeAll(async () => {
  model = await readSmallWriter();
});
afterAll(() => disposeTree(model.params));

type Request = Partial<CaptionRequest>;
const short = { minNewTokens: 3, maxNewTokens: 6 };
const caption = (of: readonly RgbImage[], { search, ...request }: Request = {}) =>
  captionPictures(model, of, { search: { ...short, ...search }, batchSize: 2, ...request });
async function streamed(of: RgbImage, { search, ...request }: Request = {}): Promise<string[]> {
  const pieces: string[] = [];
  const stream = captionStream(model, of, { search: { ...short, ...search }, ...request });
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

describe('captions', () => {
  test('of several pictures are those of each alone, whatever the batches', async () => {
    const alone = [];
    for (const picture of pictures) alone.push(...(await caption([picture])));
    expect(new Set(alone.map(({ score }) => score.toFixed(3))).size).toBe(3); // each its own
    for (const batchSize of [1, 2, 3]) {
      const together = await caption(pictures, { batchSize });
      expect(together.map(({ text }) => text)).toEqual(alone.map(({ text }) => text));
      for (const [i, { score }] of together.entries()) expect(score).toBeCloseTo(alone[i]?.score ?? 0, 4);
    }
  });

  test('continue the prompt of their own picture, shorter ones beside longer ones', async () => {
    const prompts = ['a', 'a photo of a red car in a cat'];
    const together = await caption([dog, cat], { prompt: prompts });
    const [first] = await caption([dog], { prompt: 'a' });
    const [second] = await caption([cat], { prompt: [prompts[1] ?? ''] });
    for (const [i, alone] of [first, second].entries()) {
      expect(together[i]?.text).toBe(alone?.text);
      expect(together[i]?.score).toBeCloseTo(alone?.score ?? 0, 4);
    }
    const [other] = await caption([cat], { prompt: 'a' });
    expect(Math.abs((other?.score ?? 0) - (second?.score ?? 0))).toBeGreaterThan(1e-3);
    const same = await caption([dog], { prompt: 'English caption:' });
    expect(same).toEqual(await caption([dog])); // what the model was trained with
  });

  test('come best first, and as many as were asked for', async () => {
    const [found] = await caption([dog], { search: { numBeams: 4, numReturnSequences: 3 } });
    const scores = found?.hypotheses.map(({ score }) => score) ?? [];
    expect(scores).toHaveLength(3);
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
    expect({ text: found?.text, score: found?.score }).toEqual(found?.hypotheses[0]);
    expect(new Set(found?.hypotheses.map(({ text }) => text)).size).toBe(3);
  });

  test('of no picture are none', async () => {
    expect(await caption([])).toEqual([]);
  });

  test('are searched for as in the official evaluation unless something else is asked for', async () => {
    const official = { numBeams: 5, minNewTokens: 8, maxNewTokens: 30 };
    const usual = await captionPictures(model, [dog], { search: {}, batchSize: 1 });
    expect(usual).toEqual(await captionPictures(model, [dog], { search: official, batchSize: 1 }));
    const few = await captionPictures(model, [dog], { search: { maxNewTokens: 4 }, batchSize: 1 });
    expect(few).toEqual(
      await captionPictures(model, [dog], { search: { maxNewTokens: 4, minNewTokens: 4 }, batchSize: 1 }),
    );
  });
});

test('a model that says how its captions are searched for is heard, unless something else is asked for', async () => {
  const own = { ...model, search: { numBeams: 1, minNewTokens: 2, maxNewTokens: 3 } };
  const captions = async (of: GenerativeModel, search: CaptionSearch) =>
    captionPictures(of, [dog], { search, batchSize: 1 });
  expect(await captions(own, {})).toEqual(await captions(model, own.search));
  const longer = { minNewTokens: 5, maxNewTokens: 6 };
  expect(await captions(own, longer)).toEqual(await captions(model, { ...own.search, ...longer }));
});

describe('what cannot be done is refused before a picture is read:', () => {
  const unread = {} as RgbImage; // reading it would be another error
  const room = () => model.config.qllama.maxPositions - model.config.qllama.numQueries - 6;
  test.each<[string, Request, string]>([
    ['too few prompts', { prompt: ['a'] }, 'expected a prompt for each of 2 pictures, got 1'],
    ['a prompt that is no text', { prompt: ['a', 5 as never] }, 'prompt: expected strings, got 5'],
    ['a number as prompt', { prompt: 5 as never }, 'prompt: expected strings, got 5'],
    ['an unknown piece', { prompt: ['a', 'a <unk>'] }, 'prompt 2: expected known pieces, got <unk>'],
    ['min > max', { search: { minNewTokens: 7 } }, 'minNewTokens of at most maxNewTokens (6), got 7'],
    ['no beams', { search: { numBeams: 0 } }, 'numBeams: expected an integer of at least 1, got 0'],
    ['more texts than beams', { search: { numReturnSequences: 6 } }, 'numReturnSequences of at most'],
    ['beams and sampling', { search: { numBeams: 2, doSample: true } }, 'expected numBeams: 1 with'],
  ])('%s', async (_, request, message) => {
    await expect(() => expect(caption([unread, unread], request)).rejects.toThrow(message)).toKeepAsync(0);
  });

  test('a prompt that leaves no room, by its number, with what would fit', async () => {
    const message = `prompt 2: expected at most ${room()} tokens (512 positions less 96 queries and 6 new tokens)`;
    const prompt = ['a', 'a '.repeat(900)];
    await expect(caption([unread, unread], { prompt })).rejects.toThrow(message);
    await expect(streamed(unread, { prompt: prompt[1] })).rejects.toThrow('prompt 1: expected at most');
  });
});

describe('progress', () => {
  const toldOf = async (run: (onProgress: (done: number, total: number) => void) => Promise<unknown>) => {
    const told: [number, number][] = [];
    await run((done, total) => told.push([done, total]));
    return { done: told.map(([value]) => value), totals: new Set(told.map(([, total]) => total)) };
  };

  test('goes up, by the block and by the token, and ends at the number of pictures', async () => {
    const { done, totals } = await toldOf((onProgress) => caption(pictures, { onProgress }));
    expect(totals).toEqual(new Set([3]));
    expect([...done].sort((a, b) => a - b)).toEqual(done);
    expect(done.at(-1)).toBe(3);
    const { vision, qllama } = model.config;
    expect(new Set(done).size).toBeGreaterThan(
      2 * (vision.numLayers + qllama.numLayers + short.minNewTokens - 1),
    );
  });

  test('of a stream, too', async () => {
    const { done, totals } = await toldOf((onProgress) => streamed(dog, { onProgress }));
    expect(totals).toEqual(new Set([1]));
    expect([...done].sort((a, b) => a - b)).toEqual(done);
    expect([done.at(-1), done.length > 12]).toEqual([1, true]);
  });
});

describe('an end before the end', () => {
  /** A request that aborts once `share` of the work is done. */
  const aborting = (share: number): Request => {
    const aborter = new AbortController();
    const onProgress = (done: number) => void (done >= share && aborter.abort(new Error('enough')));
    return { signal: aborter.signal, onProgress };
  };

  test.each([0.05, 0.3, 0.5, 0.65])(
    'at %d of one picture, and of a later one: the reason, and nothing stays',
    async (at) => {
      for (const of of [[dog], pictures]) {
        const run = () => caption(of, aborting(at + of.length - 1));
        await expect(() => expect(run()).rejects.toThrow('enough')).toKeepAsync(0);
      }
      await expect(() => expect(streamed(dog, aborting(at))).rejects.toThrow('enough')).toKeepAsync(0);
    },
  );

  test('leaving the loop of a stream frees everything', async () => {
    await expect(async () => {
      for await (const piece of captionStream(model, dog, { search: short })) {
        expect(piece).not.toBe('');
        break;
      }
    }).toKeepAsync(0);
  });

  test('a picture that cannot be read: nothing stays', async () => {
    const run = () => caption([dog, {} as RgbImage], { batchSize: 1 });
    await expect(() => expect(run()).rejects.toThrow('expected a path')).toKeepAsync(0);
  });
});

describe('a stream', () => {
  test('has the pieces of the caption that one beam finds, or that is drawn', async () => {
    for (const search of [{}, { doSample: true, seed: 3, temperature: 1.5 }]) {
      const [whole] = await caption([dog], { search: { numBeams: 1, ...search } });
      const pieces = await streamed(dog, { search });
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('').trim()).toBe(whole?.text);
    }
    expect(await streamed(dog, { search: { numBeams: undefined } })).toEqual(await streamed(dog));
  });

  test('with beams is refused', async () => {
    await expect(streamed(dog, { search: { numBeams: 2 } })).rejects.toThrow(
      'expected numBeams: 1 to stream, got 2',
    );
  });
});
