/** How much memory the keys and values of captions may take. */
import { afterAll, beforeAll, expect, test } from 'vitest';

import { disposeTree } from '../../src/nn/tree.js';
import { captionPictures, captionStream } from '../../src/tasks/caption.js';
import { captionsAtOnce } from '../../src/tasks/caption-request.js';
import type { GenerativeModel } from '../../src/tasks/generative-model.js';
import { captionPromptIds } from '../../src/text/prompts.js';
import { photo, readSmallWriter } from './small-writer.js';

let model: GenerativeModel;
beforeAll(async () => {
  model = await readSmallWriter();
});
afterAll(() => disposeTree(model.params));

const short = { minNewTokens: 3, maxNewTokens: 6 };

test('captions are written together as long as the keys and values of their beams have room', () => {
  const { qllama } = model.config; // 96 queries, 84 channels, 4 layers
  const beam = 2 * (96 + 5 + 6) * 84 * qllama.numLayers * 4;
  const atOnce = (numBeams: number, cacheBytes?: number) =>
    captionsAtOnce(
      model,
      [
        [1, 2],
        [1, 2, 3, 4, 5],
      ],
      { maxNewTokens: 6, numBeams },
      { batchSize: 4, cacheBytes },
    );
  expect([atOnce(5), atOnce(1, 3 * beam), atOnce(3, 6.5 * beam), atOnce(5, 1)]).toEqual([4, 3, 2, 1]);
});

test('a budget that has no room for the beams of one picture is told, before the picture is read', async () => {
  const { qllama } = model.config;
  const { length } = captionPromptIds(model.tokenizer);
  const beam = 2 * (96 + length + 6) * 84 * qllama.numLayers * 4;
  const within = (roomBytes: number) => ({ search: { ...short, numBeams: 5 }, roomBytes, batchSize: 4 });
  const caption = (request: ReturnType<typeof within>) => captionPictures(model, [photo('dog')], request);
  const missing = Math.ceil((5 * beam - 1e6) / 1e6);
  await expect(() =>
    expect(caption(within(1e6))).rejects.toThrow(
      `keys and values of 5 × ${96 + length + 6} tokens (${Math.ceil((5 * beam) / 1e6)} MB), got 1 MB of the ` +
        `memory budget: use fewer beams or tokens, or raise it by ${missing} MB`,
    ),
  ).toKeepAsync(0);
  expect(await caption(within(5 * beam))).toHaveLength(1);
  const stream = captionStream(model, photo('dog'), {
    search: short,
    roomBytes: beam - 1,
  });
  await expect(stream.next()).rejects.toThrow('keys and values of 1 ×');
});
