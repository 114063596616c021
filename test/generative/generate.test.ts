import { describe, expect, test } from 'vitest';

import { generate, streamTokens } from '../../src/generative/generate.js';
import type { GenerationOptions } from '../../src/generative/generation-options.js';
import { hashTable, probabilityTable, type ToyDecoder, toyDecoder } from './toy-decoder.js';

const eosTokenId = 0;

/** All tokens of a stream. */
async function collect(tokens: AsyncIterable<number>): Promise<number[]> {
  const all: number[] = [];
  for await (const token of tokens) all.push(token);
  return all;
}

describe('greedy decoding', () => {
  const table = probabilityTable({ '': [0.1, 0.6, 0.3], '1': [0.3, 0.3, 0.4] }, [0.8, 0.1, 0.1]);

  test('takes the best token until the end, and scores it as a beam search does', async () => {
    const options = { maxNewTokens: 9, eosTokenId, lengthPenalty: 0.5 };
    const [[found] = []] = await generate(toyDecoder([7], table), options);
    const score = expect.closeTo(Math.log(0.6 * 0.4 * 0.8) / 3 ** 0.5, 6);
    expect(found).toEqual({ ids: [1, 2], score, endedByEos: true });
  });

  test('of equal logits takes the first', async () => {
    const equal = probabilityTable({ '': [0.2, 0.4, 0.4] }, [0.5, 0.5, 0]);
    const [[found] = []] = await generate(toyDecoder([7], equal), { maxNewTokens: 9, eosTokenId });
    expect(found?.ids).toEqual([1]);
  });

  test('does not end before the fewest tokens, and ends at the most', async () => {
    const ends = probabilityTable({}, [0.8, 0.1, 0.1]);
    const ids = async (lengths: GenerationOptions) =>
      (await generate(toyDecoder([7], ends), lengths)).map(([found]) => found?.ids);
    expect(await ids({ minNewTokens: 3, maxNewTokens: 9, eosTokenId })).toEqual([[1, 1, 1]]);
    expect(await ids({ minNewTokens: 3, maxNewTokens: 3, eosTokenId })).toEqual([[1, 1, 1]]);
    expect(await ids({ maxNewTokens: 4 })).toEqual([[0, 0, 0, 0]]); // no token is the end
  });

  test('a stream gives the same tokens', async () => {
    for (const prompt of [1, 2, 3, 4]) {
      const options = { maxNewTokens: 20, minNewTokens: 2, eosTokenId };
      const decoder = toyDecoder([prompt], hashTable(8));
      const [[found] = []] = await generate(toyDecoder([prompt], hashTable(8)), options);
      expect(await collect(streamTokens(decoder, options))).toEqual(found?.ids);
      expect(decoder.alive.size).toBe(0);
    }
  });
});

test.each([{ doSample: false }, { doSample: true, seed: 3 }])(
  'a sample alone gives what it gives in a batch, and leaves it at its end: %o',
  async (strategy) => {
    const prompts = [1, 2, 3, 4, 5, 6];
    const options = { ...strategy, maxNewTokens: 15, eosTokenId };
    const batch = toyDecoder(prompts, hashTable(6));
    const together = await generate(batch, options);
    const alone = await Promise.all(prompts.map((one) => generate(toyDecoder([one], hashTable(6)), options)));
    expect(together).toEqual(alone.flat());
    // A sample of n tokens and an end was read n + 1 times; one that was cut, n times.
    const texts = together.flat().map(({ ids, endedByEos }) => ids.length + (endedByEos ? 1 : 0));
    expect(new Set(texts).size).toBeGreaterThan(2);
    expect(batch.rowsRead.reduce((sum, rows) => sum + rows)).toBe(texts.reduce((sum, n) => sum + n));
  },
);

describe('tokens are given out as soon as they are known', () => {
  const options = { maxNewTokens: 8 };

  test('each before the next is computed', async () => {
    const decoder = toyDecoder([1], hashTable(8));
    const tokens = streamTokens(decoder, options);
    expect(decoder.rowsRead).toEqual([]);
    for (let read = 1; read <= 8; read++) {
      expect((await tokens.next()).done).toBe(false);
      expect(decoder.rowsRead).toHaveLength(read);
    }
    expect(await tokens.next()).toEqual({ done: true, value: undefined });
  });

  test('to one sample, and not from beams', async () => {
    const several = streamTokens(toyDecoder([1, 2], hashTable(8)), options);
    await expect(several.next()).rejects.toThrow('expected one prompt to stream, got 2');
    expect(() => streamTokens(toyDecoder([1], hashTable(8)), { ...options, numBeams: 5 })).toThrow(
      'expected numBeams: 1 to stream, got 5',
    );
  });
});

describe('every state is freed once', () => {
  const strategies: GenerationOptions[] = [
    { maxNewTokens: 6, eosTokenId },
    { maxNewTokens: 6, eosTokenId, doSample: true },
    { maxNewTokens: 6, eosTokenId, numBeams: 3 },
  ];
  const table = hashTable(7);
  const expectFreed = ({ alive, rowsRead }: ToyDecoder): void => {
    expect(rowsRead.length).toBeGreaterThan(1);
    expect(alive.size).toBe(0);
  };

  test.each(strategies)('at the end: %o', async (options) => {
    const decoder = toyDecoder([1, 2, 3], table);
    await generate(decoder, options);
    expectFreed(decoder);
  });

  test.each(strategies)('when a step fails: %o', async (options) => {
    const decoder = toyDecoder([1, 2, 3], table, {
      beforeStep: (step) => {
        if (step === 3) throw new Error('out of memory');
      },
    });
    await expect(generate(decoder, options)).rejects.toThrow('out of memory');
    expectFreed(decoder);
  });

  test.each(strategies)('when it is aborted: %o', async (options) => {
    const { signal, abort } = abortable();
    const decoder = toyDecoder([1, 2, 3], table, { beforeStep: (step) => step === 2 && abort() });
    await expect(generate(decoder, { ...options, signal })).rejects.toThrow('stopped');
    expectFreed(decoder);
    expect(decoder.rowsRead).toHaveLength(3); // the step that went on, and none after it
  });

  test('when rows cannot be selected', async () => {
    const beforeSelect = () => {
      throw new Error('out of memory');
    };
    const decoder = toyDecoder([1], table, { beforeSelect });
    await expect(generate(decoder, { maxNewTokens: 6, numBeams: 3 })).rejects.toThrow('out of memory');
    expect(decoder.alive.size).toBe(0);
  });

  test('when the loop over a stream is left, or its signal ends it', async () => {
    const left = toyDecoder([1], table);
    let given = 0;
    for await (const _ of streamTokens(left, { maxNewTokens: 9 })) if (++given === 3) break;
    expectFreed(left);

    const { signal, abort } = abortable();
    const aborted = toyDecoder([1], table);
    const tokens = streamTokens(aborted, { maxNewTokens: 9, signal });
    await tokens.next();
    await tokens.next();
    abort();
    await expect(tokens.next()).rejects.toThrow('stopped');
    expectFreed(aborted);
  });

  test('nothing is read when the signal has ended it before', async () => {
    const decoder = toyDecoder([1], table);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(generate(decoder, { maxNewTokens: 9, signal })).rejects.toThrow('stopped');
    expect(decoder.rowsRead).toEqual([]);
  });

  test('when the end is no token of the vocabulary, or logits are no numbers', async () => {
    const decoder = toyDecoder([1], table);
    const options = { maxNewTokens: 9, eosTokenId: 7 };
    await expect(generate(decoder, options)).rejects.toThrow('eosTokenId: expected an id below 7, got 7');
    expect(decoder.alive.size).toBe(0);
    for (const numBeams of [1, 3]) {
      const broken = toyDecoder([1], () => [0, Number.NaN, 1]);
      await expect(generate(broken, { maxNewTokens: 9, numBeams })).rejects.toThrow('expected finite logits');
      expect(broken.alive.size).toBe(0);
    }
  });
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error('stopped')) };
}

test('no samples give no hypotheses', async () => {
  expect(await generate(toyDecoder([], hashTable(4)), { maxNewTokens: 3 })).toEqual([]);
  expect(await generate(toyDecoder([], hashTable(4)), { maxNewTokens: 3, numBeams: 2 })).toEqual([]);
});
