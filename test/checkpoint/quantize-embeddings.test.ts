/** Whole models out of int8 checkpoints: they load like any other, and embed nearly as the original does. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runningEngine } from '../../src/backend/engine.js';
import { convertCheckpoint } from '../../src/checkpoint/convert.js';
import type { Residency } from '../../src/nn/blocks.js';
import { disposeTree } from '../../src/nn/tree.js';
import { withoutTwins } from '../../src/nn/twin.js';
import type { WeightLender } from '../../src/nn/weight.js';
import { embeddingsOf, openTiny, readTiny, tinyFolder } from '../contrastive/tiny-checkpoint.js';
import { CountingLender } from './counting-lender.js';

const nanoFolder = new URL('../../weights/internvl-nano', import.meta.url).pathname;
let folder: string;
const int8 = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'internvl-int8-'));
  await convertCheckpoint(tinyFolder, int8('tiny'), { quantize: 'int8' });
  await convertCheckpoint(nanoFolder, int8('nano'), { quantize: 'int8' });
});
afterAll(() => rm(folder, { recursive: true }));

/** The embeddings of two pictures and a text, row after row. */
async function embeddings(
  path: string,
  memory: Residency = 'resident',
  lender?: WeightLender,
): Promise<number[]> {
  const opened = await openTiny(path);
  try {
    const model = await readTiny(opened, memory, lender);
    const { image, text } = await embeddingsOf(opened.config, model);
    disposeTree(model);
    return [...image, ...text];
  } finally {
    await opened.close();
  }
}

/** The cosine between row i of `a` and row i of `b`, for each of the three embeddings. */
function cosines(a: readonly number[], b: readonly number[]): number[] {
  const E = a.length / 3;
  return [0, 1, 2].map((i) => {
    const [x, y] = [a, b].map((rows) => rows.slice(i * E, (i + 1) * E)) as [number[], number[]];
    const dot = x.reduce((sum, value, j) => sum + value * (y[j] ?? 0), 0);
    return dot / Math.hypot(...x) / Math.hypot(...y);
  });
}

describe.each([
  ['tiny', tinyFolder],
  ['nano', nanoFolder],
])('%s', (name, original) => {
  test('embeds with a cosine of 0.999 at least, though not the same', async () => {
    const wide = await embeddings(original);
    const narrow = await embeddings(int8(name));
    expect(narrow).not.toEqual(wide);
    for (const cosine of cosines(wide, narrow)) expect(cosine).toBeGreaterThan(0.999);
  });

  test('composed: tensors, lent matrices and streamed ones are the same bits', async () => {
    const lender = new CountingLender();
    await withoutTwins(async () => {
      const expected = await embeddings(int8(name));
      expect(await embeddings(int8(name), 'resident', lender)).toEqual(expected);
      expect(await embeddings(int8(name), 'stream', lender)).toEqual(expected);
    });
    expect(lender.bytes).toBe(0);
    expect(new Set(lender.asked.map((asked) => asked.split(' ')[0]))).toEqual(new Set(['I8', 'BF16'])); // patch kernel
  });

  test('in the engine: resident and streamed are the same bits, near to the tensors', async () => {
    const engine = runningEngine();
    if (engine === undefined) return expect.unreachable();
    const resident = await embeddings(int8(name), 'resident', engine);
    expect(await embeddings(int8(name), 'stream', engine)).toEqual(resident);
    for (const cosine of cosines(resident, await embeddings(int8(name))))
      expect(cosine).toBeGreaterThan(1 - 1e-6);
  });
});
