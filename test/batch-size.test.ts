import { expect, test } from 'vitest';

import {
  leastActivationBytes,
  leastBytesInEngine,
  mostActivationBytes,
  picturesAtOnce,
  picturesInPass,
  textsAtOnce,
} from '../src/batch-size.js';
import { internVL14B } from '../src/contrastive/config.js';
import { goldenConfig } from './contrastive/golden-model.js';

test('of InternViT-6B as many pictures go through a block as 537 MB of activations hold', () => {
  // 257 tokens of 3·3200 + 2·12800 float32, in tfjs and in the engine: 72 MB a picture
  expect(picturesAtOnce(internVL14B)).toBe(7);
});

test('resident, a pass is one such batch; streamed, many of them share each block', () => {
  expect(picturesInPass(internVL14B, 'resident')).toBe(7);
  expect(picturesInPass(internVL14B, 'stream')).toBe(45); // 257 tokens of 3200 float32, twice: 6.6 MB a picture
});

test('a small model takes 64 at once, streamed or not', () => {
  expect(picturesAtOnce(goldenConfig)).toBe(64);
  expect(picturesInPass(goldenConfig, 'stream')).toBe(64);
});

test('texts of 80 tokens', () => {
  expect(textsAtOnce(internVL14B, 80)).toBe(24);
});

test('with less room there are fewer, and never none', () => {
  expect([2e8, 1e8, 1].map((bytes) => picturesAtOnce(internVL14B, bytes))).toEqual([1, 1, 1]);
  expect([4e8, 2e8, 1e8, 1].map((bytes) => picturesInPass(internVL14B, 'stream', bytes))).toEqual([
    27, 19, 4, 1,
  ]);
  expect(textsAtOnce(internVL14B, 80, 2e8)).toBe(6);
});

test('the least is one picture, and more where a caption is written, whose past is kept', () => {
  const picture = 257 * (3 * 3200 + 2 * 12800) * 8 + 2 * 257 * 3200 * 4;
  expect(leastActivationBytes(internVL14B, false)).toBe(picture);
  const caption = 160 * (3 * 4096 + 2 * 11008) * 8 + 2 * 160 * 4096 * 32 * 4;
  expect(leastActivationBytes(internVL14B, true)).toBe(caption);
  expect(leastBytesInEngine(internVL14B)).toBe(257 * (3 * 3200 + 2 * 12800) * 4);
  expect(leastActivationBytes(goldenConfig, true)).toBeLessThan(mostActivationBytes(goldenConfig));
});
