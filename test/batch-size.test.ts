import { expect, test } from 'vitest';

import { picturesAtOnce, picturesInPass, textsAtOnce } from '../src/batch-size.js';
import { internVL14B } from '../src/contrastive/config.js';
import { goldenConfig } from './contrastive/golden-model.js';

test('of InternViT-6B as many pictures go through a block as 256 MB of activations hold', () => {
  // 257 tokens of 3·3200 + 2·12800 float32: 36 MB a picture
  expect(picturesAtOnce(internVL14B)).toBe(7);
});

test('resident, a pass is one such batch; streamed, many of them share each block', () => {
  expect(picturesInPass(internVL14B, 'resident')).toBe(7);
  expect(picturesInPass(internVL14B, 'stream')).toBe(40); // 257 tokens of 3200 float32, twice: 6.6 MB a picture
});

test('a small model takes 64 at once, streamed or not', () => {
  expect(picturesAtOnce(goldenConfig)).toBe(64);
  expect(picturesInPass(goldenConfig, 'stream')).toBe(64);
});

test('texts of 80 tokens', () => {
  expect(textsAtOnce(internVL14B, 80)).toBe(24);
});
