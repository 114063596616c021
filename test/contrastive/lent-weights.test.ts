import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runningEngine } from '../../src/backend/engine.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import { disposeTree } from '../../src/nn/tree.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { CountingLender } from '../checkpoint/counting-lender.js';
import { embeddingsOf, type OpenedTiny, openTiny, readTiny } from './tiny-checkpoint.js';

let tiny: OpenedTiny;
beforeAll(async () => {
  tiny = await openTiny();
});
afterAll(() => tiny.close());

/** The embeddings of a model that is read for them and disposed. */
async function embeddings(...[opened, memory, lender]: Parameters<typeof readTiny>) {
  const model = await readTiny(opened, memory, lender);
  try {
    return await embeddingsOf(opened.config, model);
  } finally {
    disposeTree(model);
  }
}

describe('in composed form, bit for bit the same:', () => {
  test('tensors, lent matrices, and lent matrices that are streamed from shards', async () => {
    const lender = new CountingLender();
    await withoutTwins(async () => {
      const expected = await embeddings(tiny, 'resident');
      expect(await embeddings(tiny, 'resident', lender)).toEqual(expected);
      expect(await embeddings(tiny, 'stream', lender)).toEqual(expected);
    });
    expect(new Set(lender.asked.map((asked) => asked.split(' ')[0]))).toEqual(new Set(['BF16']));
    expect(lender.bytes).toBe(0);
  });

  test('synthetic weights as tensors, lent, and streamed', async () => {
    const synthetic = { config: tiny.config, source: syntheticWeights(7) };
    await withoutTwins(async () => {
      const expected = await embeddings(synthetic, 'resident');
      expect(await embeddings(synthetic, 'resident', new CountingLender())).toEqual(expected);
      expect(await embeddings(synthetic, 'stream', new CountingLender())).toEqual(expected);
    });
  });
});

describe('in the engine', () => {
  test('resident and streamed are the same bits, the composed form is within 1e-5', async () => {
    const engine = runningEngine();
    if (engine === undefined) return expect.unreachable();
    const before = engine.lentBytes;
    const resident = await embeddings(tiny, 'resident', engine);
    expect(await embeddings(tiny, 'stream', engine)).toEqual(resident);
    expect(engine.lentBytes).toBe(before);
    const composed = await withoutTwins(() => embeddings(tiny, 'resident'));
    for (const key of ['image', 'text'] as const) {
      const norm = Math.hypot(...composed[key]);
      const error = Math.hypot(...composed[key].map((value, i) => value - (resident[key][i] ?? 0)));
      expect(error / norm).toBeLessThan(1e-5);
    }
  });
});

test('streamed, two blocks are lent at most, beside what is in no block', async () => {
  const lender = new CountingLender();
  const { config } = tiny;
  const model = await readTiny(tiny, 'stream', lender);
  const outside = lender.bytes;
  const [C, M] = [config.vision.hiddenSize, config.vision.intermediateSize];
  const visionBlock = 2 * (4 * C * C + 2 * C * M);
  const [T, U] = [config.qllama.hiddenSize, config.qllama.intermediateSize];
  const textBlock = 2 * (4 * T * T + 3 * T * U);
  await withoutTwins(() => embeddingsOf(config, model));
  expect(lender.most).toBe(outside + 2 * Math.max(visionBlock, textBlock));
  expect(lender.bytes).toBe(outside);
  disposeTree(model);
  expect(lender.bytes).toBe(0);
});

test('where two blocks have no room, one does', async () => {
  const free = new CountingLender();
  const expected = await withoutTwins(() => embeddings(tiny, 'stream', free));
  const tight = new CountingLender(free.most - 1);
  expect(await withoutTwins(() => embeddings(tiny, 'stream', tight))).toEqual(expected);
  expect(tight.bytes).toBe(0);
});
