/**
 * Decoding and the transforms against what Pillow, torchvision and transformers give: not a byte may differ.
 */
import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { decodeImage } from '../../src/image/decode.js';
import { toPixels } from '../../src/image/normalize.js';
import { applyTransform } from '../../src/image/transform.js';
import { caseNames, readCase, transformed } from './preprocess-case.js';

test('there are reference cases', () => {
  expect(caseNames.length).toBeGreaterThanOrEqual(20);
});

describe.each(caseNames)('%s', (name) => {
  test('is decoded to the same RGB bytes', async () => {
    const { file, width, height, sha256 } = await readCase(name);
    const image = decodeImage(file);
    expect([image.width, image.height]).toEqual([width, height]);
    expect(createHash('sha256').update(image.data).digest('hex')).toBe(sha256);
  });

  test('is resized, cropped and normalised to the same values', async () => {
    const reference = await readCase(name);
    const decoded = decodeImage(reference.file);
    expect(transformed(reference).length).toBeGreaterThan(0);
    for (const { transform, size, kind, bytes } of transformed(reference)) {
      const image = applyTransform(decoded, transform, size);
      if (kind === 'u8') expect(differing(image.data, bytes), `${transform}.${size}`).toBe(0);
      else expect(differing(channelsFirst(toPixels(image, transform)), floats(bytes)), transform).toBe(0);
    }
  });
});

function differing(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let count = 0;
  for (let i = 0; i < actual.length; i++) if (actual[i] !== expected[i]) count++;
  return count;
}

/** [N, 3] → [3, N], as the reference stores pixels. */
function channelsFirst(pixels: Float32Array): Float32Array {
  const count = pixels.length / 3;
  return pixels.map((_, i) => pixels[(i % count) * 3 + Math.floor(i / count)] ?? Number.NaN);
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}
