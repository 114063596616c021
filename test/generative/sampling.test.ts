import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { generate } from '../../src/generative/generate.js';
import type { SamplingSettings } from '../../src/generative/generation-options.js';
import { seededRandom } from '../../src/generative/random.js';
import { tokenSampler } from '../../src/generative/sampling.js';
import { hashTable, toyDecoder } from './toy-decoder.js';

const all: SamplingSettings = { temperature: 1, topK: Number.POSITIVE_INFINITY, topP: 1, seed: 0 };
const none = -1;

const logitsOf = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);

/** How often each token is drawn, as a share of `draws`. */
function shares(logits: Float32Array, settings: Partial<SamplingSettings>, banned = none, draws = 20_000) {
  const sample = tokenSampler({ ...all, ...settings });
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < draws; i++) {
    const token = sample(logits, banned);
    counts[token] = (counts[token] ?? NaN) + 1;
  }
  return counts.map((count) => count / draws);
}

const closeTo = (...expected: number[]) => expected.map((share) => expect.closeTo(share, 1.7)); // within .01

describe('tokens are drawn', () => {
  test('with the probabilities of the model', () => {
    expect(shares(logitsOf(0.1, 0.6, 0, 0.3), {})).toEqual(closeTo(0.1, 0.6, 0, 0.3));
  });

  test('with probabilities to the power of 1/temperature', () => {
    const expected = [1, 36, 9].map((weight) => weight / 46);
    expect(shares(logitsOf(0.1, 0.6, 0.3), { temperature: 0.5 })).toEqual(closeTo(...expected));
  });

  test('from the best k; of equal logits, from the lower tokens', () => {
    expect(shares(logitsOf(0.1, 0.6, 0.3), { topK: 2 })).toEqual(closeTo(0, 2 / 3, 1 / 3));
    expect(shares(logitsOf(0.2, 0.2, 0.2, 0.4), { topK: 2 })).toEqual(closeTo(1 / 3, 0, 0, 2 / 3));
    expect(shares(logitsOf(0.1, 0.6, 0.3), { topK: 9 })).toEqual(closeTo(0.1, 0.6, 0.3));
  });

  test('from the fewest that have the probability p, the one that reaches it included', () => {
    const logits = logitsOf(0.1, 0.5, 0.25, 0.15);
    expect(shares(logits, { topP: 0.4 })).toEqual(closeTo(0, 1, 0, 0));
    expect(shares(logits, { topP: 0.6 })).toEqual(closeTo(0, 2 / 3, 1 / 3, 0));
    expect(shares(logits, { topP: 0.8 })).toEqual(closeTo(0, 5 / 9, 2.5 / 9, 1.5 / 9));
    expect(shares(logits, { topP: 1e-9 })).toEqual(closeTo(0, 1, 0, 0));
  });

  test('by temperature first, then k, then p of what is left', () => {
    const logits = logitsOf(0.4, 0.3, 0.2, 0.1);
    expect(shares(logits, { topK: 2, topP: 0.5 })).toEqual(closeTo(1, 0, 0, 0)); // .4 of .7 reaches .5
    expect(shares(logits, { topP: 0.5 })).toEqual(closeTo(4 / 7, 3 / 7, 0, 0));
    const flat = Math.sqrt(0.4) / (Math.sqrt(0.4) + Math.sqrt(0.3) + Math.sqrt(0.2) + Math.sqrt(0.1));
    expect(flat).toBeLessThan(0.39); // the best token alone has .39 at temperature 1, less at 2
    expect(shares(logits, { topP: 0.39 }).filter((share) => share > 0)).toHaveLength(1);
    expect(shares(logits, { topP: 0.39, temperature: 2 }).filter((share) => share > 0)).toHaveLength(2);
  });

  test('never when they are banned', () => {
    const logits = logitsOf(0.1, 0.6, 0.3);
    for (const settings of [{}, { topK: 2 }, { topP: 0.99 }]) {
      expect(shares(logits, settings, 1)).toEqual(closeTo(0.25, 0, 0.75));
    }
  });

  test('from large vocabularies, however flat', () => {
    const drawn = shares(new Float32Array(300), { topP: 0.9 }, none, 4000);
    expect(drawn.map((share) => share > 0)).toEqual(drawn.map((_, token) => token < 270));
  });
});

describe('the seed', () => {
  const options = { maxNewTokens: 30, doSample: true };
  const textOf = async (prompt: number, settings: object) =>
    (await generate(toyDecoder([prompt], hashTable(20)), { ...options, ...settings }))[0]?.[0]?.ids;

  test('decides the text', async () => {
    const texts = await Promise.all([0, 1, 2, 2 ** 40].map((seed) => textOf(1, { seed })));
    expect(new Set(texts.map(String)).size).toBe(4);
    expect(await textOf(1, { seed: 2 })).toEqual(texts[2]);
    expect(await textOf(1, {})).toEqual(texts[0]);
  });

  test('does not matter when only the best token can be drawn', async () => {
    const [[greedy] = []] = await generate(toyDecoder([1], hashTable(20)), { maxNewTokens: 30 });
    for (const settings of [{ temperature: 1e-6 }, { temperature: 1e-300 }, { topK: 1 }, { topP: 1e-6 }]) {
      expect(await textOf(1, { ...settings, seed: 5 }), JSON.stringify(settings)).toEqual(greedy?.ids);
    }
  });
});

test('sampled texts are scored by the model, before temperature and cuts', async () => {
  const lengths = { maxNewTokens: 6, lengthPenalty: 0.5 };
  const sampled = { ...lengths, doSample: true, temperature: 1e-6 };
  expect(await generate(toyDecoder([1, 2], hashTable(9)), sampled)).toEqual(
    await generate(toyDecoder([1, 2], hashTable(9)), lengths),
  );
});

describe('random numbers', () => {
  test('are the same on every machine', () => {
    const random = seededRandom(1);
    expect([random(), random(), random()].map((u) => u * 2 ** 32)).toEqual([
      4114278092, 2788919815, 2346554250,
    ]);
  });

  test('are uniform, and differ from seed to seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        const values = Array.from({ length: 2000 }, random);
        const mean = values.reduce((sum, u) => sum + u, 0) / values.length;
        const [first, next] = [values[0], seededRandom(seed + 1)()];
        return values.every((u) => u >= 0 && u < 1) && Math.abs(mean - 0.5) < 0.04 && first !== next;
      }),
      { numRuns: 50 },
    );
  });
});
