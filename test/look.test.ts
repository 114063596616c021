import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { decodeImage } from '../src/image/decode.js';
import { applyTransform } from '../src/image/transform.js';
import { InternVL } from '../src/internvl.js';
import { attentionSheet } from '../src/visual/attention-sheet.js';
import { toPixels } from '../src/visual/raster.js';
import { writeGenerativeModels } from './cli/generative-models.js';
import { temporaryFolder } from './package/tiny-model.js';

const page = (name: string) => new URL(`../docs/${name}`, import.meta.url);
const dog = decodeImage(readFileSync(page('pictures/dog.png')));
const folder = temporaryFolder();
let nano: InternVL;
let models: Awaited<ReturnType<typeof writeGenerativeModels>>;
let tiny: InternVL; // random
beforeAll(async () => {
  nano = await InternVL.fromPretrained();
  models = await writeGenerativeModels(folder.path);
  tiny = await InternVL.fromPretrained(models.complete);
});
afterAll(async () => {
  await Promise.all([nano.dispose(), tiny.dispose()]);
  folder.remove();
});

describe('InternVL.attention', () => {
  test('shows the pool unless another part is asked for', async () => {
    const [map, ...others] = await nano.attention(dog);
    expect([map?.name, map?.gridY, map?.gridX, others]).toEqual(['pool', 12, 12, []]);
    const weights = [map?.classToken ?? 0, ...(map?.patches ?? [])];
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  test('looks at the square that the transform makes', async () => {
    const wide = { width: 160, height: 80, data: dog.data.subarray(0, 160 * 80 * 3) };
    const [cropped] = await nano.attention(wide);
    const [squashed] = await nano.attention(wide, { transform: 'retrieval' });
    expect(cropped?.patches).not.toEqual(squashed?.patches);
  });

  test('tells of its progress through both towers, and can be ended', async () => {
    const done: number[] = [];
    const onProgress = (blocks: number, total: number) => void done.push(blocks / total);
    await tiny.attention(dog, { of: [{ part: 'query', index: 3, layer: 2 }, { part: 'pool' }], onProgress });
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((blocks) => blocks / 8)); // five blocks, three layers
    const ended = nano.attention(dog, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(ended).rejects.toThrow('enough');
  });

  test('refuses what the model does not have, and options that do not exist', async () => {
    const query = { part: 'query', index: 0 } as const;
    const withoutG = await InternVL.fromPretrained(models.withoutG);
    const refusal = /expected the weights of InternVL-G, got a checkpoint without/;
    await expect(withoutG.attention(dog, { of: query })).rejects.toThrow(refusal);
    await withoutG.dispose();
    await expect(nano.attention(dog, { of: { part: 'vit', block: 4 } })).rejects.toThrow(RangeError);
    const misspelt = { target: { part: 'pool' } } as object;
    await expect(nano.attention(dog, misspelt)).rejects.toThrow(/expected an option of .*, got target/);
  });
});

test('the example of the page is what the small model gives today', async () => {
  const ear = { part: 'vit', block: 2, head: 3, patch: { row: 3, column: 2 } } as const;
  const ground = { ...ear, patch: { row: 10, column: 2 } };
  const maps = await nano.attention(dog, { of: [{ part: 'pool' }, ear, ground] });
  const square = (size: number) => applyTransform(dog, 'classification', size);
  const sheet = attentionSheet([{ label: 'dog.png', seen: square(48), picture: square(160), maps }]);
  const [drawn, stored] = [toPixels(sheet, 1), decodeImage(readFileSync(page('attention.png')))];
  expect([stored.width, stored.height]).toEqual([drawn.width, drawn.height]);
  const largest = drawn.data.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (stored.data[i] ?? 999))),
    0,
  );
  expect(largest).toBeLessThanOrEqual(3); // a level or two where another machine rounds otherwise
});
